import { dirname, resolve } from 'node:path';
import { addBundle, type Bundle, type Channel } from './bundle.ts';
import type { LadingOptions } from './options.ts';
import { packImage } from './pack.ts';

/** What Rollup and Rolldown tell of the files that they wrote. */
export interface Written {
  readonly [file: string]: Chunk | { readonly type: 'asset' };
}

interface Chunk {
  readonly type: 'chunk';
  readonly isEntry: boolean;
  readonly imports: readonly string[];
  readonly dynamicImports: readonly string[];
}

export interface Place {
  readonly dir?: string | undefined;
  readonly file?: string | undefined;
}

/** What a plugin is given to speak with. */
export interface Context {
  readonly meta: { readonly watchMode: boolean };
  warn(message: string): void;
  info(message: string): void;
  error(error: Error): never;
}

export function bundleOf({ dir, file }: Place, written: Written, runs?: Bundle['runs']): Bundle {
  const chunks = Object.entries(written).filter((entry): entry is [string, Chunk] => entry[1].type === 'chunk');
  const imports = chunks.flatMap(([, chunk]) => [...chunk.imports, ...chunk.dynamicImports]);
  return {
    directory: resolve(dir ?? dirname(file ?? '.')),
    files: Object.keys(written),
    entries: chunks.filter(([, chunk]) => chunk.isEntry).map(([name]) => name),
    externals: imports.filter((specifier) => !Object.hasOwn(written, specifier)),
    runs,
  };
}

function channelOf(context: Context): Channel {
  return { warn: (message) => context.warn(message), info: (message) => context.info(message) };
}

/** The hooks of Rollup and Rolldown. A build may write several bundles, also at once: the image has all of them, and is made when the build is closed. */
export function rollupHooks(options: LadingOptions): {
  buildStart(): void;
  renderError(): void;
  writeBundle(this: Context, output: Place, written: Written): void;
  closeBundle(this: Context): Promise<void>;
} {
  const bundles = new Map<string, Bundle>();
  return {
    buildStart: () => bundles.clear(),
    renderError: () => bundles.clear(),
    writeBundle(output, written): void {
      if (!this.meta.watchMode) addBundle(bundles, bundleOf(output, written));
    },
    async closeBundle(): Promise<void> {
      if (bundles.size === 0) return;
      try {
        await packImage([...bundles.values()], options, process.cwd(), channelOf(this));
      } catch (error) {
        this.error(error as Error);
      }
    },
  };
}
