import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { bundleCases } from '../scripts/ci/cases.mjs';
import type { Outcome } from '../scripts/ci/run-cases.js';

// Everything of Node that a careless line could lean on is gone before the bundle is loaded. The timer keeps the thread from ending by itself, where Node
// may wait for ever for a compiler that waits for it (nodejs/node#54918).
const bare = `
  const { parentPort, workerData } = require('node:worker_threads');
  const { load } = { load: (path) => import(path) };
  for (const name of ['Buffer', 'process', 'global', 'setImmediate', 'clearImmediate', 'require']) delete globalThis[name];
  load(workerData).then(({ result }) => result).then((outcome) => parentPort.postMessage(outcome));
  setInterval(() => undefined, 60_000);
`;

describe('a realm without Node', () => {
  it('passes every case by the portable side of each seam', async () => {
    const bundle = await bundleCases('portable');
    const worker = new Worker(bare, { eval: true, workerData: bundle, execArgv: [] });
    const [outcome]: Outcome[] = await once(worker, 'message');
    await worker.terminate();
    rmSync(dirname(bundle), { recursive: true });
    expect(outcome?.failed).toEqual([]);
    expect(outcome?.passed).toBeGreaterThan(300);
  }, 600_000); // every checksum of every format in plain JavaScript: on a busy machine that takes its time
});
