import { readTarSync } from '../../dist/tar/index.js';
import { digestArchive, tallyChunks } from '../consume.mjs';
import { equalFiles, packages } from '../files.mjs';
import { memcpy } from './limits.mjs';

const chunks = { tally: tallyChunks, digest: () => digestArchive(readTarSync) };
const PEERS = ['tar-stream', 'tar', 'modern-tar', 'nanotar'];
const large = () => [...equalFiles({ seed: 5, count: 50, size: 4 * 1024 * 1024, noisy: true })];

function small() {
  const files = [];
  for (const entry of packages({ seed: 6, count: 24_000, mean: 2_000 })) {
    if (entry.type === 'file' && entry.name.length <= 100 && files.length < 20_000) files.push(entry);
  }
  return files;
}

/** The archive as one array, whatever a contender makes. */
async function joined(contender, entries, see) {
  const parts = [];
  await contender.write(entries, (chunk) => parts.push(chunk));
  see(parts.length === 1 ? parts[0] : Buffer.concat(parts));
}

const copyBodies = {
  name: 'memcpy of the bodies',
  run: (entries, see) => see(Buffer.concat(entries.map(({ body }) => body))),
};

export default [
  {
    name: 'write-small',
    title: 'write 20,000 small files',
    input: small,
    op: 'write',
    peers: PEERS,
    ...chunks,
    limit: memcpy,
    budget: { times: 8.6 },
  },
  {
    name: 'write-large',
    title: 'write 50 files of 4 MiB as one array',
    input: large,
    run: joined,
    peers: PEERS,
    ...chunks,
    limit: copyBodies,
    budget: { times: 1.1 },
  },
  {
    name: 'write-large-chunks',
    title: 'the same as a list of chunks',
    input: large,
    op: 'write',
    peers: PEERS,
    ...chunks,
    limit: copyBodies,
    budget: { times: 0.1 },
  },
];
