import { readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { type Bundle, isScript } from './bundle.ts';
import type { LadingOptions } from './options.ts';
import { packImage } from './pack.ts';

interface BuildResult {
  readonly success: boolean;
  readonly outputs: readonly { readonly path: string; readonly kind: string }[];
}

/** What is used of a build of Bun. */
export interface PluginBuilder {
  readonly config: { readonly outdir?: string; readonly root?: string };
  onEnd(callback: (result: BuildResult) => Promise<void>): void;
}

declare const Bun: { readonly Transpiler: new (options: { loader: string }) => { scanImports(code: string): readonly { readonly path: string }[] } };

/** Packs after a build of Bun, which has to write its files: `outdir` must be given. */
export function bunHooks(build: PluginBuilder, options: LadingOptions): void {
  build.onEnd(async (result) => {
    if (!result.success) return;
    if (build.config.outdir === undefined) throw new Error('Cannot make an image: without "outdir" Bun writes no files; give one');
    await packImage([bundleOf(resolve(build.config.outdir), result)], options, process.cwd(), {
      warn: (message) => console.warn(`lading: ${message}`),
      info: (message) => console.error(`lading: ${message}`),
    });
  });
}

function bundleOf(directory: string, { outputs }: BuildResult): Bundle {
  const files = outputs.map(({ path, kind }) => ({ file: relative(directory, resolve(directory, path)), kind }));
  return {
    directory,
    files: files.map(({ file }) => file),
    entries: files.filter(({ kind }) => kind === 'entry-point').map(({ file }) => file),
    externals: files.filter(({ file }) => isScript(file)).flatMap(({ file }) => importsOf(resolve(directory, file))),
  };
}

/** Bun lists no imports of what it wrote; it reads them from the text. */
function importsOf(path: string): readonly string[] {
  return new Bun.Transpiler({ loader: 'js' }).scanImports(readFileSync(path, 'utf8')).map((found) => found.path);
}
