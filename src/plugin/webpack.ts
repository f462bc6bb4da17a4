import { isAbsolute, relative } from 'node:path';
import { type Bundle, isScript } from './bundle.ts';
import type { LadingOptions } from './options.ts';
import { packImage } from './pack.ts';
import { externalsOf, type Module } from './webpack-externals.ts';

/** What is used of a compiler of webpack or Rspack. */
export interface Compiler {
  readonly context: string;
  readonly options: { readonly output: { readonly path?: string | undefined } };
  /** What its `target` comes to. */
  readonly platform?: { readonly node?: boolean | null | undefined; readonly web?: boolean | null | undefined } | undefined;
  getInfrastructureLogger(name: string): { info(message: string): void };
  readonly hooks: {
    readonly run: Beginning;
    readonly watchRun: Beginning;
    readonly afterEmit: { tapPromise(name: string, handler: (compilation: Compilation) => Promise<void>): void };
  };
}

/** The hook at the beginning of a build. */
interface Beginning {
  tap(name: string, handler: () => void): void;
}

interface Compilation {
  readonly warnings: unknown[];
  readonly errors: readonly unknown[];
  readonly modules: Iterable<Module>;
  readonly entrypoints: ReadonlyMap<string, { getFiles(): readonly string[] }>;
  getAssets(): readonly { readonly name: string }[];
}

/** Packs after a compiler of webpack or Rspack has written its files; not while it watches. */
export function webpackHooks(compiler: Compiler, options: LadingOptions): void {
  // Not `compiler.watchMode`: Rspack takes that back as soon as a watch is closed, while the last build of it still writes.
  let watches = false;
  compiler.hooks.run.tap('lading', () => {
    watches = false;
  });
  compiler.hooks.watchRun.tap('lading', () => {
    watches = true;
  });
  compiler.hooks.afterEmit.tapPromise('lading', async (compilation) => {
    if (watches || compilation.errors.length > 0) return;
    const logger = compiler.getInfrastructureLogger('lading');
    await packImage([bundleOf(compiler, compilation)], options, compiler.context, {
      warn: (message) => void compilation.warnings.push(new Error(`lading: ${message}`)),
      info: (message) => logger.info(message),
    });
  });
}

function bundleOf({ options, context, platform }: Compiler, compilation: Compilation): Bundle {
  const directory = options.output.path ?? context;
  const fileOf = (name: string): string => (isAbsolute(name) ? relative(directory, name) : name.replace(/\?.*$/, ''));
  // The entry itself is the last script of its entry point: what was split from it comes before.
  const entries = [...compilation.entrypoints.values()].flatMap((entry) => entry.getFiles().map(fileOf).filter(isScript).slice(-1));
  const runs = platform?.node ? 'server' : platform?.web ? 'browser' : undefined;
  return {
    directory,
    files: compilation.getAssets().map(({ name }) => fileOf(name)),
    entries: [...new Set(entries)],
    externals: externalsOf(compilation.modules),
    runs,
  };
}
