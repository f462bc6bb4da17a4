import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { digestBodies, digestEntries, tallyBodies, tallyEntries } from '../consume.mjs';
import { fileOf } from '../data.mjs';
import { memcpy } from './limits.mjs';

// Reading archives that are in memory.
const MANY = ['tar-stream', 'tar', 'modern-tar', 'nanotar'];
const entries = { tally: tallyEntries, digest: digestEntries };
const bodies = { tally: tallyBodies, digest: digestBodies };

function reading(name, title, file, rest) {
  return { name, title, data: [file], input: () => readFileSync(fileOf(file)), limit: memcpy, ...rest };
}

const gunzip = { name: 'gunzipSync', run: (archive, see) => see(gunzipSync(archive)) };

export default [
  reading('list', 'list 36,765 entries', 'many.tar', { op: 'list', peers: MANY, ...entries, budget: { times: 3.6 } }),
  reading('list-pax', 'list, a PAX header on every entry', 'many-pax.tar', { op: 'list', peers: MANY, ...entries, budget: { times: 6.8 } }),
  reading('list-chunks', 'list from chunks of 64 KiB', 'many.tar', {
    op: 'listChunks',
    peers: ['tar-stream', 'tar', 'modern-tar'],
    ...entries,
    budget: { times: 5.5 },
  }),
  reading('list-long-names', 'list 20,000 entries with long names', 'long-names.tar', { op: 'list', peers: MANY, ...entries, budget: { peers: 1 } }),
  reading('bodies', 'every body, as views', 'many.tar', { op: 'bodies', peers: MANY, ...bodies, budget: { times: 5.9 } }),
  reading('bodies-memory', 'memory for that, over the archive', 'many.tar', {
    kind: 'peak',
    unit: 'MB',
    per: 1e6,
    op: 'bodies',
    peers: MANY,
    limit: undefined,
    ...bodies,
    budget: { most: 40 },
  }),
  reading('gzip-list', 'list through gzip', 'many.tar.gz', {
    op: 'gzipList',
    peers: ['tar-stream', 'tar', 'modern-tar'],
    limit: gunzip,
    ...entries,
    budget: { times: 1.1 },
  }),
  reading('gzip-bodies', 'every body through gzip', 'many.tar.gz', {
    op: 'gzipBodies',
    peers: ['tar-stream', 'tar', 'modern-tar'],
    limit: gunzip,
    ...bodies,
    budget: { times: 1.15 },
  }),
];
