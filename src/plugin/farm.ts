import { resolve } from 'node:path';
import type { LadingOptions } from './options.ts';
import { packImage } from './pack.ts';

interface WrittenResources {
  readonly resourcesMap: Readonly<Record<string, { readonly info?: { readonly isEntry?: boolean } }>>;
  readonly config: {
    readonly root?: string;
    readonly compilation?: { readonly mode?: string; readonly output?: { readonly path?: string; readonly targetEnv?: string } };
  };
}

/** The hook of Farm that runs when its files are written. Farm does not list what it leaves external, so no dependencies go along. */
export function farmHooks(options: LadingOptions): object {
  return {
    writeResources: {
      async executor({ resourcesMap, config: { root = process.cwd(), compilation } }: WrittenResources): Promise<void> {
        if (compilation?.mode === 'development') return;
        const files = Object.keys(resourcesMap);
        const entries = files.filter((file) => /^(index|main|server)\.[cm]?js$/.test(file));
        const bundle = { directory: resolve(root, compilation?.output?.path ?? 'dist'), files, entries, externals: [] };
        await packImage([bundle], options, root, {
          warn: (message) => console.warn(`lading: ${message}`),
          info: (message) => console.error(`lading: ${message}`),
        });
      },
    },
  };
}
