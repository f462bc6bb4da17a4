import { createHash } from 'node:crypto';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const lading = (door) => import(new URL(`../../dist/${door}index.js`, import.meta.url));

/**
 * What grows, and what is done with it. `prepare` makes the input for a size, which is not measured; `run` is. Inputs are the same bytes every time.
 */
export const AXES = {
  entries: {
    title: 'Index and tree of an archive, by entries',
    unit: 'entries',
    sizes: [1e3, 3e3, 1e4, 3e4, 1e5, 3e5, 1e6],
    async prepare(count) {
      const path = join(tmpdir(), `lading-growth-${process.pid}.tar`);
      const { writeTar } = await lading('tar/');
      const file = openSync(path, 'w');
      for await (const chunk of writeTar(entries(count, 'x'))) writeSync(file, chunk);
      closeSync(file);
      return { path, forget: () => rmSync(path) };
    },
    async run({ path }) {
      const [{ openFile }, { scanTar }, { treeFromTar }] = await Promise.all([lading('node/'), lading('tar/'), lading('tree/')]);
      const source = await openFile(path);
      let seen = 0;
      for (const { node } of treeFromTar(await scanTar(source)).walk()) seen += node.size ?? 0;
      await source.close();
      return seen;
    },
  },
  layers: {
    title: 'Merged tree of an image with 500 files a layer, by layers',
    unit: 'layers',
    sizes: [1, 2, 4, 8, 16, 32, 64, 128],
    prepare: imageOf,
    async run({ archive }) {
      const { open } = await lading('');
      const place = await open(archive);
      let seen = 0;
      for (const { node } of (await place.tree()).walk()) seen += node.size ?? 0;
      return seen;
    },
  },
  bytes: {
    title: 'Digests of an archive that comes as a stream, by the size of its one file',
    unit: 'bytes',
    sizes: [1e6, 1e7, 1e8, 1e9, 1e10],
    async prepare(size) {
      return { size };
    },
    async run({ size }) {
      const [{ indexTar, writeTar }, { digestStream }] = await Promise.all([lading('tar/'), lading('digest/')]);
      const index = await indexTar(writeTar([{ name: 'large', size, body: zeros(size) }]), { digest: digestStream });
      return index.length;
    },
  },
};

function* entries(count, body) {
  for (let i = 0; i < count; i++) yield { name: `d${Math.floor(i / 100) % 1000}/e${Math.floor(i / 100_000)}/file-${i}`, body };
}

async function* zeros(size) {
  const chunk = new Uint8Array(1 << 20);
  for (let left = size; left > 0; left -= chunk.length) yield left < chunk.length ? chunk.subarray(0, left) : chunk;
}

/** A docker-archive in memory. Each layer changes a tenth of what the ones below have. */
async function imageOf(count) {
  const { writeTar } = await lading('tar/');
  const layers = [];
  for (let layer = 0; layer < count; layer++) layers.push(await bytesOf(writeTar(layerEntries(layer))));
  const config = Buffer.from(
    JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      config: {},
      rootfs: { type: 'layers', diff_ids: layers.map((bytes) => `sha256:${sha256(bytes)}`) },
    }),
  );
  const name = `${sha256(config)}.json`;
  const manifest = [{ Config: name, RepoTags: ['growth:1'], Layers: layers.map((_, i) => `${i}/layer.tar`) }];
  const members = [
    ...layers.map((body, i) => ({ name: `${i}/layer.tar`, body })),
    { name, body: config },
    { name: 'manifest.json', body: JSON.stringify(manifest) },
  ];
  return { archive: await bytesOf(writeTar(members)) };
}

function* layerEntries(layer) {
  for (let i = 0; i < 500; i++) yield { name: i % 10 === 0 ? `shared/file-${i}` : `layer-${layer}/d${i % 7}/file-${i}`, body: `${layer}` };
}

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

async function bytesOf(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return new Uint8Array(Buffer.concat(chunks));
}
