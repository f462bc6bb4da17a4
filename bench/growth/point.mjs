// One size on one axis, in a process of its own: point.mjs AXIS SIZE
import { peakResident, resetPeak } from '../engine/memory.mjs';
import { AXES } from './axes.mjs';

const [axis, size] = process.argv.slice(2);
const { prepare, run } = AXES[axis];
await run(await prepare(AXES[axis].sizes[0])); // warm: what is measured is growth, not the compiler
const input = await prepare(Number(size));
gc();
const before = process.memoryUsage.rss();
resetPeak();
const start = performance.now();
const seen = await run(input);
const milliseconds = performance.now() - start;
const peakBytes = Math.max(0, peakResident() - before);
input.forget?.();
console.log(JSON.stringify({ size: Number(size), milliseconds, peakBytes, seen }));
process.exit();
