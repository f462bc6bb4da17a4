import { readFileSync } from 'node:fs';
import { bytesSource } from '../../dist/stream/index.js';
import { readTarSync, scanTar } from '../../dist/tar/index.js';
import { keep } from '../consume.mjs';
import { fileOf } from '../data.mjs';
import { memcpy } from './limits.mjs';

const kept = { tally: keep };

/** What a contender makes a tree of, parsed before. */
async function parsed(name) {
  const archive = readFileSync(fileOf('many.tar'));
  if (name === 'lading') return { index: await scanTar(bytesSource(archive)) };
  return { entries: [...readTarSync(archive)] };
}

async function millionTree() {
  const { openFile } = await import('../../dist/node/index.js');
  const { treeFromTar } = await import('../../dist/tree/index.js');
  return treeFromTar(await scanTar(await openFile(fileOf('million.tar'))));
}

const million = { data: ['million.tar'], input: () => fileOf('million.tar'), op: 'indexAndTree', ...kept };

export default [
  {
    name: 'tree',
    title: 'a tree of 36,765 entries',
    data: ['many.tar'],
    input: parsed,
    op: 'tree',
    peers: ['map-of-views', 'memfs'],
    ...kept,
    limit: memcpy,
    budget: { times: 3.6 },
  },
  {
    name: 'tree-memory',
    title: 'memory that index and tree of it hold',
    kind: 'held',
    unit: 'MB',
    per: 1e6,
    data: ['many.tar'],
    input: (name) => (name === 'lading' ? fileOf('many.tar') : parsed(name)),
    run: (contender, input, see) => (contender.indexAndTree ?? contender.tree)(input, see),
    peers: ['map-of-views', 'memfs'],
    ...kept,
    budget: { most: 15 },
  },
  { name: 'million', title: 'index and tree of a million entries on disk', rounds: 5, ...million, budget: { most: 5000 } },
  { name: 'million-memory', title: 'memory of these, an entry', kind: 'held', unit: 'bytes', per: 1e6, ...million, budget: { most: 400 } },
  { name: 'fork', title: 'fork a tree of a million', data: ['million.tar'], input: millionTree, op: 'fork', ...kept, budget: { most: 1 } },
];
