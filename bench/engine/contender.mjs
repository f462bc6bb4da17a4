// A process for one contender of one case, so that no two of them share a heap or a compiler. It does as its parent asks: contender.mjs CASE CONTENDER [IMAGES]
import { memoryUsage } from 'node:process';
import { setImmediate } from 'node:timers/promises';
import { loadCases } from '../cases/index.mjs';
import { keep } from '../consume.mjs';
import { peakResident, resetPeak } from './memory.mjs';

const [wanted, name, images] = process.argv.slice(2);
const bench = (await loadCases({ images })).find((one) => one.name === wanted);
const isLimit = name === 'limit';
const contender = isLimit ? undefined : await import(`../contenders/${name}.mjs`);
const input = await (isLimit ? (bench.limit.input ?? bench.input) : bench.input)(name);
const { tally, digest } = isLimit ? { tally: keep } : bench;
const run = isLimit ? bench.limit.run : (given, see) => (bench.run ?? ((module, ...rest) => module[bench.op](...rest)))(contender, given, see);

const answers = {
  async time() {
    const { see, result } = tally();
    // Not a full collection: that throws away code compiled for objects of which none is left, and every round would begin cold.
    gc({ type: 'minor' });
    const start = performance.now();
    await run(input, see);
    const value = performance.now() - start;
    return { value, result: typeof result() };
  },
  async check() {
    const { see, result } = (digest ?? tally)();
    await run(input, see);
    return { value: digest && result() };
  },
  async peak() {
    const { see, result } = tally();
    gc();
    const before = memoryUsage.rss();
    resetPeak();
    await run(input, see);
    return { value: Math.max(0, peakResident() - before), result: typeof result() };
  },
  async held() {
    const { see, result } = tally();
    const before = await held();
    await run(input, see);
    return { value: (await held()) - before, result: typeof result() };
  },
};

// Twice, for the first collection may only end one that had begun before, and a turn of the event loop for what is let go of late.
async function held() {
  gc();
  await setImmediate();
  gc();
  const { heapUsed, external } = memoryUsage();
  return heapUsed + external;
}

process.on('message', async (ask) => {
  try {
    process.send(await answers[ask]());
  } catch (error) {
    process.send({ error: String(error.stack ?? error) });
  }
});
process.on('disconnect', () => process.exit());
process.send({});
