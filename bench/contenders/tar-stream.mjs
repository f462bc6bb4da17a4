import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import tar from 'tar-stream';
import { slices } from '../slices.mjs';

function listing(see) {
  const extract = tar.extract();
  extract.on('entry', (header, stream, next) => {
    see(header.name, header.type, header.size, header.mode, header.mtime, header.linkname);
    stream.on('end', next);
    stream.resume();
  });
  return extract;
}

function reading(see) {
  const extract = tar.extract();
  extract.on('entry', ({ name }, stream, next) => {
    stream.on('data', (chunk) => see(name, chunk));
    stream.on('end', next);
  });
  return extract;
}

function feed(extract, chunks) {
  return new Promise((resolve, reject) => {
    extract.on('finish', resolve).on('error', reject);
    Readable.from(chunks).pipe(extract);
  });
}

export const list = (archive, see) => feed(listing(see), [archive]);
export const listChunks = (archive, see) => feed(listing(see), slices(archive, 64 * 1024));
export const bodies = (archive, see) => feed(reading(see), [archive]);
export const gzipList = (archive, see) => pipeline(Readable.from([archive]), createGunzip(), listing(see));
export const gzipBodies = (archive, see) => pipeline(Readable.from([archive]), createGunzip(), reading(see));

export function write(entries, see) {
  const pack = tar.pack();
  for (const { name, mode, mtime, body } of entries) pack.entry({ name, mode, mtime: new Date(mtime.seconds * 1000), size: body.length }, body);
  pack.finalize();
  return new Promise((resolve, reject) => pack.on('data', see).on('end', resolve).on('error', reject));
}

export const scan = (path, see) => pipeline(createReadStream(path), listing(see));
