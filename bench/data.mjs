import { createHash } from 'node:crypto';
import {
  appendFileSync,
  closeSync,
  createWriteStream,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { createGzip, gzipSync } from 'node:zlib';
import { decompress } from '../dist/compress/index.js';
import { digestSource, digestStream } from '../dist/digest/index.js';
import { openFile } from '../dist/node/index.js';
import { createSource } from '../dist/stream/index.js';
import { writeTar } from '../dist/tar/index.js';
import { deepNames, emptyFiles, longNames, packages } from './files.mjs';
import { randomNumbers, text } from './random.mjs';

const folder = fileURLToPath(new URL('data/', import.meta.url));
const MANY = { seed: 1, count: 36_765, mean: 5_250 };
const MIB = 1024 ** 2;
const GIB = 1024 ** 3;
const LAYER = 'layer.tar';

/** How each archive is made, in an order in which each finds what it needs. */
const RECIPES = {
  'many.tar': (path) => writeArchive(path, packages(MANY), 'gnu'),
  'many-pax.tar': (path) => writeArchive(path, packages({ ...MANY, wide: true }), 'pax'),
  'many.tar.gz': (path) => writeFileSync(path, gzipSync(readFileSync(fileOf('many.tar')))),
  'long-names.tar': (path) => writeArchive(path, longNames({ seed: 2, count: 20_000 }), 'gnu'),
  'deep.tar': (path) => writeArchive(path, deepNames({ seed: 3, count: 20_000, depth: 200 }), 'gnu'),
  'system.tar': (path) => writeArchive(path, packages({ seed: 4, count: 8_743, mean: 21_000 }), 'gnu'),
  'million.tar': (path) => writeArchive(path, emptyFiles({ count: 1_000_000 }), 'gnu'),
  '4-mib.tar': (path) => writeHole(path, GIB / 256),
  '4-gib.tar': (path) => writeHole(path, 4 * GIB),
  '4-mib.docker.tar': (path) => writeImage(path, '4-mib.tar'),
  '4-gib.docker.tar': (path) => writeImage(path, '4-gib.tar'),
  '4-mib.tar.gz': (path) => writeText(path, GIB / 256),
  '4-gib.tar.gz': (path) => writeText(path, 4 * GIB),
  '4-mib.gzip.docker.tar': (path) => writeGzipImage(path, '4-mib.tar.gz'),
  '4-gib.gzip.docker.tar': (path) => writeGzipImage(path, '4-gib.tar.gz'),
};

/** Where an archive of the benchmark lies. */
export function fileOf(name) {
  return folder + name;
}

/** Makes the archives that are missing. All are made anew when their recipes have changed, so that figures of one run are of one data. */
export async function makeData(names) {
  mkdirSync(folder, { recursive: true });
  const recipe = ['data.mjs', 'files.mjs', 'random.mjs'].reduce(
    (hash, file) => hash.update(readFileSync(new URL(file, import.meta.url))),
    createHash('sha256'),
  );
  const mark = fileOf(`${recipe.digest('hex').slice(0, 16)}.recipe`);
  if (!existsSync(mark)) {
    rmSync(folder, { recursive: true });
    mkdirSync(folder);
    writeFileSync(mark, '');
  }
  for (const [name, make] of Object.entries(RECIPES)) {
    if (!names.has(name) || existsSync(fileOf(name))) continue;
    console.error(`Making ${name} …`);
    await make(fileOf(`${name}.part`));
    renameSync(fileOf(`${name}.part`), fileOf(name));
  }
}

async function writeArchive(path, entries, format) {
  const file = openSync(path, 'w');
  for await (const chunk of writeTar(entries, { format })) writeSync(file, chunk);
  closeSync(file);
}

/** One file that is all zeros: a hole in the archive itself, so that 4 GiB take no room on most disks. */
async function writeHole(path, size) {
  const header = await headerOf(size);
  writeFileSync(path, header);
  truncateSync(path, header.length + size + 1024);
}

/** A docker-archive whose one layer is such an archive, and a hole as well. */
async function writeImage(path, tar) {
  const layer = await openFile(fileOf(tar));
  try {
    const start = [await headerOf(layer.size, LAYER), await headerOf(layer.size - 3 * 512)];
    writeFileSync(path, Buffer.concat(start));
    truncateSync(path, start[0].length + layer.size);
    for await (const chunk of writeTar(membersOf(await digestSource(layer)))) appendFileSync(path, chunk);
  } finally {
    await layer.close();
  }
}

/** The same of a gzip, which is in there as it is. */
async function writeGzipImage(path, gzip) {
  const layer = await openFile(fileOf(gzip));
  try {
    await writeArchive(path, [...membersOf(await digestStream(decompress(layer.stream()))), { name: LAYER, body: layer }]);
  } finally {
    await layer.close();
  }
}

/** What a docker-archive of one layer has beside it. */
function membersOf(diffId) {
  const config = JSON.stringify({ architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: [diffId] } });
  const name = `${createHash('sha256').update(config).digest('hex')}.json`;
  return [
    { name, body: config },
    { name: 'manifest.json', body: JSON.stringify([{ Config: name, RepoTags: ['big:1'], Layers: [LAYER] }]) },
  ];
}

/** One file of text, the same mebibyte again and again, which gzip does not see. */
async function writeText(path, size) {
  const mebibyte = text(randomNumbers(5), MIB);
  async function* content() {
    yield await headerOf(size);
    for (let at = 0; at < size; at += MIB) yield mebibyte;
    yield new Uint8Array(1024);
  }
  await pipeline(content, createGzip({ level: 1 }), createWriteStream(path));
}

async function headerOf(size, name = 'big.bin') {
  const zeros = createSource({ read: async (_, length) => new Uint8Array(length) }, size);
  const { value: header } = await writeTar([{ name, body: zeros }]).next();
  return header;
}
