import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { deflateRawSync, gunzipSync } from 'node:zlib';
import { digestChunks, tallyChunks } from '../consume.mjs';
import { fileOf } from '../data.mjs';

// Where Node has something of its own, lading uses that; elsewhere the portable side. Both are here.
const SOME = 24 * 1024 * 1024;
const chunks = { tally: tallyChunks, digest: digestChunks, peers: ['portable'], rounds: 5 };
const part = { data: ['many.tar'], input: () => readFileSync(fileOf('many.tar')).subarray(0, SOME) };
const gunzip = { name: 'gunzipSync', run: (archive) => gunzipSync(archive) };
const deflate = { name: 'deflateRawSync', run: (bytes) => deflateRawSync(bytes) };
const sha256 = { name: 'node:crypto', run: (bytes) => createHash('sha256').update(bytes).digest() };

export default [
  {
    name: 'seam-gunzip',
    title: 'gunzip 197 MB',
    data: ['many.tar.gz'],
    input: () => readFileSync(fileOf('many.tar.gz')),
    op: 'gunzip',
    ...chunks,
    limit: gunzip,
    budget: { times: 1.1 },
  },
  // Deflate may pack the same in many ways, so there is nothing to compare.
  { name: 'seam-deflate', title: 'deflate 25 MB', ...part, op: 'deflate', ...chunks, digest: undefined, limit: deflate, budget: { times: 1.1 } },
  { name: 'seam-sha256', title: 'SHA-256 of 25 MB', ...part, op: 'sha256', ...chunks, limit: sha256, budget: { times: 1.1 } },
];
