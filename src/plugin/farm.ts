import { resolve } from 'node:path';
import type { LadingOptions } from './options.ts';
import { packImage } from './pack.ts';

/** What Farm hands on when its files are in place. */
export interface WrittenResources {
  /** One that is `emitted` went into others, and has no file. */
  readonly resourcesMap: Readonly<Record<string, { readonly emitted: boolean; readonly info?: { readonly data?: unknown } | null }>>;
  readonly config: {
    readonly root: string;
    readonly mode: string;
    readonly external: readonly string[];
    readonly output: { readonly path: string; readonly targetEnv?: string };
  };
}

/** The hook of Farm that runs when its files are written; its `writeBundle` comes before. */
export function farmHooks(options: LadingOptions): { readonly writeResources: { executor(written: WrittenResources): Promise<void> } } {
  return {
    writeResources: {
      async executor({ resourcesMap, config: { root, mode, external, output } }): Promise<void> {
        if (mode === 'development') return;
        const written = Object.entries(resourcesMap).filter(([, { emitted }]) => !emitted);
        const bundle = {
          directory: resolve(root, output.path),
          files: written.map(([file]) => file),
          entries: written.filter(([, { info }]) => isEntry(info?.data)).map(([file]) => file),
          // Farm does not say what it left external, only what it was told to: names, and patterns for what a runtime has built in.
          externals: external.filter((name) => !/[\\^$*+?()[\]{}|]/.test(name)),
          runs: output.targetEnv?.startsWith('node') ? ('server' as const) : ('browser' as const),
        };
        await packImage([bundle], options, root, {
          warn: (message) => console.warn(`lading: ${message}`),
          info: (message) => console.error(`lading: ${message}`),
        });
      },
    },
  };
}

function isEntry(data: unknown): boolean {
  return typeof data === 'object' && data !== null && 'isEntry' in data && data.isEntry === true;
}
