import { dirname, relative, resolve } from 'node:path';
import type { Bundle } from './bundle.ts';
import { type EntryPoints, entriesOf, type Output } from './esbuild-entries.ts';
import type { LadingOptions } from './options.ts';
import { packImage } from './pack.ts';

interface BuildResult {
  readonly errors: readonly unknown[];
  readonly metafile?: { readonly outputs: Readonly<Record<string, Output>> } | undefined;
}

interface Message {
  readonly text: string;
}

/** What is used of a build of esbuild. */
export interface PluginBuild {
  readonly initialOptions: {
    absWorkingDir?: string;
    entryPoints?: EntryPoints;
    outdir?: string;
    outfile?: string;
    metafile?: boolean;
    logLevel?: string;
    platform?: string;
    write?: boolean;
  };
  onStart(callback: () => void): void;
  onEnd(callback: (result: BuildResult) => Promise<{ errors?: Message[]; warnings?: Message[] } | undefined>): void;
}

/**
 * Packs after a build. esbuild does not tell a plugin that it watches, so only the first build of a context makes an image; it lists what it wrote in its metafile alone,
 * which is therefore asked for.
 */
export function esbuildHooks(build: PluginBuild, options: LadingOptions): void {
  const { initialOptions } = build;
  initialOptions.metafile = true;
  let builds = 0;
  build.onStart(() => void builds++);
  build.onEnd(async (result) => {
    if (builds > 1 || result.errors.length > 0) return undefined;
    if (initialOptions.write === false)
      return { errors: [{ text: 'Cannot make an image: with write: false there are no files; let esbuild write them' }] };
    const folder = resolve(initialOptions.absWorkingDir ?? '.');
    const warnings: Message[] = [];
    const isQuiet = ['silent', 'error', 'warning'].includes(initialOptions.logLevel ?? '');
    const say = (text: string): unknown => isQuiet || console.error(`lading: ${text}`);
    try {
      await packImage([bundleOf(build, result, folder)], options, folder, {
        warn: (text) => {
          warnings.push({ text });
          say(`warning: ${text}`); // esbuild only hands on what a plugin warns of at the end
        },
        info: say,
      });
      return { warnings };
    } catch (error) {
      return { errors: [{ text: (error as Error).message }], warnings };
    }
  });
}

function bundleOf({ initialOptions }: PluginBuild, { metafile }: BuildResult, folder: string): Bundle {
  const { entryPoints = [], outdir, outfile = '', platform } = initialOptions;
  const outputs = metafile?.outputs ?? {};
  const directory = resolve(folder, outdir ?? dirname(outfile));
  const inDirectory = (path: string): string => relative(directory, resolve(folder, path));
  return {
    directory,
    files: Object.keys(outputs).map(inDirectory),
    entries: entriesOf(outputs, entryPoints, folder).map(inDirectory),
    externals: Object.values(outputs).flatMap(({ imports }) => imports.filter(({ external }) => external).map(({ path }) => path)),
    runs: platform === 'node' ? 'server' : platform === 'browser' ? 'browser' : undefined,
  };
}
