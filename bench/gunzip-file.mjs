// The least that unpacking a gzip of any length holds: node:zlib alone, by chunks that are freed at once, out of one piece of memory. gunzip-file.mjs FILE
import { openSync, readSync } from 'node:fs';
import { MessageChannel } from 'node:worker_threads';
import { createGunzip } from 'node:zlib';

const file = openSync(process.argv[2]);
const input = new Uint8Array(1024 * 1024);
const closed = new MessageChannel().port1;
closed.close();

const gunzip = createGunzip({ chunkSize: 1024 * 1024 });
gunzip.on('data', ({ buffer, byteOffset, length }) => {
  if (byteOffset + length === buffer.byteLength) closed.postMessage(undefined, [buffer]);
});
feed();

function feed() {
  const length = readSync(file, input);
  if (length === 0) gunzip.end();
  else gunzip.write(input.subarray(0, length), feed);
}
