import { type Digest, digestOf } from '../../src/digest/index.ts';
import { encodeJson } from '../../src/oci/index.ts';
import type { EntryInit } from '../../src/tar/index.ts';
import { tarOf } from './pack.ts';

/** An image that is nowhere yet: its configuration, and its layers as plain tars. */
export interface PlainImage {
  readonly config: Uint8Array;
  readonly tars: readonly Uint8Array[];
  readonly diffIds: readonly Digest[];
}

/** An image of these layers, lowest first, with one step of history for each. `changes` replace members of the configuration. */
export async function plainImage(layers: readonly (readonly EntryInit[])[], changes: object = {}): Promise<PlainImage> {
  const tars = await Promise.all(layers.map((entries) => tarOf(entries)));
  const diffIds = tars.map((tar) => digestOf(tar));
  const history = layers.map((_, i) => ({ created: CREATED, created_by: `RUN step ${i}` }));
  const config = {
    architecture: 'amd64',
    os: 'linux',
    created: CREATED,
    config: { Cmd: ['/bin/sh'] },
    rootfs: { type: 'layers', diff_ids: diffIds },
    history,
  };
  return { config: encodeJson({ ...config, ...changes }), tars, diffIds };
}

const CREATED = '2026-05-01T12:00:00Z';

/** Three layers: the second changes and removes, the third adds. */
export const LAYERS: readonly (readonly EntryInit[])[] = [
  [
    { name: 'etc/', mode: 0o755 },
    { name: 'etc/app.conf', body: 'port = 8080\n' },
    { name: 'tmp/', mode: 0o1777 },
    { name: 'tmp/cache', body: 'x'.repeat(3000) },
  ],
  [
    { name: 'etc/app.conf', body: 'port = 80\n' },
    { name: 'tmp/.wh.cache', body: '' },
  ],
  [{ name: 'app/server.mjs', body: "console.log('hello')\n", mode: 0o755 }],
];

/** What is in the tree of an image of `LAYERS`. */
export const PATHS: readonly string[] = ['app', 'app/server.mjs', 'etc', 'etc/app.conf', 'tmp'];

export const hexOf = (digest: string): string => digest.slice(digest.indexOf(':') + 1);
