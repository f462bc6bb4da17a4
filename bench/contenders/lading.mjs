import { decompress } from '../../dist/compress/index.js';
import { createHasher } from '../../dist/node/hash.js';
import { openFile } from '../../dist/node/index.js';
import { zlib } from '../../dist/node/zlib.js';
import { readTarSync, scanTar, TarReader, writeTar } from '../../dist/tar/index.js';
import { treeFromTar } from '../../dist/tree/index.js';
import { seams } from '../seams.mjs';
import { slices } from '../slices.mjs';

export function list(archive, see) {
  for (const { header } of readTarSync(archive)) see(header.name, header.type, header.size, header.mode, header.mtime, header.linkname);
}

async function listStream(stream, see) {
  for await (const { header } of new TarReader(stream)) see(header.name, header.type, header.size, header.mode, header.mtime, header.linkname);
}

async function readStream(stream, see) {
  for await (const entry of new TarReader(stream)) for await (const chunk of entry.body) see(entry.header.name, chunk);
}

export const listChunks = (archive, see) => listStream(slices(archive, 64 * 1024), see);
export const gzipList = (archive, see) => listStream(decompress(archive), see);
export const gzipBodies = (archive, see) => readStream(decompress(archive), see);

export function bodies(archive, see) {
  for (const { header, body } of readTarSync(archive)) if (body.length > 0) see(header.name, body);
}

export async function write(entries, see) {
  for await (const chunk of writeTar(entries)) see(chunk);
}

export function tree({ index }, see) {
  see(treeFromTar(index));
}

export async function scan(path, see) {
  const source = await openFile(path);
  for (const { name, type, size, mode, mtime, linkname } of await scanTar(source)) see(name, type, size, mode, mtime, linkname);
  await source.close();
}

/** Everything that is kept of an archive on disk. */
export async function indexAndTree(path, see) {
  const index = await scanTar(await openFile(path));
  see([index, treeFromTar(index)]);
}

export function fork(whole, see) {
  see(whole.fork());
}

export const { deflate, gunzip, sha256 } = seams(zlib, createHasher);
