import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { createTarDecoder, packTar, unpackTar } from 'modern-tar';
import { slices } from '../slices.mjs';

// Without `strict` it verifies no checksum.
const options = { strict: true };

async function listStream(stream, see) {
  for await (const { header, body } of stream.pipeThrough(createTarDecoder(options))) {
    see(header.name, header.type, header.size, header.mode, header.mtime, header.linkname);
    await body.cancel();
  }
}

async function read(archive, see) {
  for (const { header, data } of await unpackTar(archive, options)) if (data?.length > 0) see(header.name, data);
}

export const list = (archive, see) => listStream(ReadableStream.from([archive]), see);
export const listChunks = (archive, see) => listStream(ReadableStream.from(slices(archive, 64 * 1024)), see);
export const bodies = read;
export const gzipList = (archive, see) =>
  listStream(ReadableStream.from(slices(archive, 64 * 1024)).pipeThrough(new DecompressionStream('gzip')), see);
export const gzipBodies = (archive, see) => read(ReadableStream.from(slices(archive, 64 * 1024)).pipeThrough(new DecompressionStream('gzip')), see);

export async function write(entries, see) {
  const inits = entries.map(({ name, mode, mtime, body }) => ({
    header: { name, type: 'file', mode, mtime: new Date(mtime.seconds * 1000), size: body.length },
    body,
  }));
  see(await packTar(inits));
}

export const scan = (path, see) => listStream(Readable.toWeb(createReadStream(path)), see);
