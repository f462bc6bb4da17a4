import { collect } from '../../src/stream/index.ts';
import { type EntryInit, writeTar } from '../../src/tar/index.ts';
import { sha256 } from '../interop/listing.ts';

const json = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

/** An image of two layers, as `docker save` writes one: the second replaces a file of the first and removes another. */
export async function makeImage(): Promise<Uint8Array> {
  const owner = { mtime: new Date('2026-05-01T12:00:00Z') };
  const base: EntryInit[] = [
    { name: 'etc/', ...owner },
    { name: 'etc/app.conf', ...owner, body: 'port = 8080\n' },
    { name: 'tmp/', ...owner, mode: 0o1777 },
    { name: 'tmp/cache', ...owner, body: new Uint8Array(40_000) },
  ];
  const app: EntryInit[] = [
    { name: 'app/', ...owner },
    { name: 'app/server.mjs', ...owner, body: "console.log('hello')\n" },
    { name: 'etc/', ...owner },
    { name: 'etc/app.conf', ...owner, body: 'port = 80\n' },
    { name: 'tmp/', ...owner, mode: 0o1777 },
    { name: 'tmp/.wh.cache', ...owner },
  ];
  const layers = [await collect(writeTar(base)), await collect(writeTar(app))];
  const config = json({
    architecture: 'amd64',
    os: 'linux',
    created: '2026-05-01T12:00:00Z',
    config: { Cmd: ['node', '/app/server.mjs'], WorkingDir: '/app' },
    rootfs: { type: 'layers', diff_ids: layers.map((layer) => `sha256:${sha256(layer)}`) },
    history: [
      { created: '2026-05-01T12:00:00Z', created_by: 'COPY rootfs /' },
      { created: '2026-05-01T12:00:00Z', created_by: 'RUN ./install && rm /tmp/cache' },
      { created: '2026-05-01T12:00:00Z', created_by: 'CMD ["node" "/app/server.mjs"]', empty_layer: true },
    ],
  });
  const names = layers.map((layer) => `${sha256(layer)}/layer.tar`);
  const manifest = json([{ Config: `${sha256(config)}.json`, RepoTags: ['example/app:1.0'], Layers: names }]);
  return collect(
    writeTar([
      { name: `${sha256(config)}.json`, body: config },
      ...layers.map((body, i) => ({ name: names[i] as string, body })),
      { name: 'manifest.json', body: manifest },
    ]),
  );
}
