// What unpacking alone costs: every gzip blob of an OCI layout through node:zlib, all at once, and nothing done with what comes out. gunzip-blobs.mjs LAYOUT
import { createReadStream, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';

const folder = join(process.argv[2], 'blobs', 'sha256');

function isGzip(path) {
  const magic = Buffer.alloc(2);
  readSync(openSync(path), magic);
  return magic.readUInt16BE() === 0x1f8b;
}

const layers = readdirSync(folder)
  .map((name) => join(folder, name))
  .filter(isGzip);
const options = { chunkSize: 256 * 1024 };
await Promise.all(
  layers.map((path) =>
    pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), createGunzip(options), async (stream) => {
      for await (const _ of stream);
    }),
  ),
);
