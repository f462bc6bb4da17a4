// How time and memory grow: `npm run bench:growth`, or with --out DIR, which writes a picture of each axis there; see ../README.md.
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import ensureBuilt from '../../scripts/ensure-built.mjs';
import { AXES } from './axes.mjs';
import { chartOf } from './chart.mjs';

const ROUNDS = 3;
const script = fileURLToPath(new URL('point.mjs', import.meta.url));

ensureBuilt();
const { values } = parseArgs({ options: { out: { type: 'string' }, axis: { type: 'string', multiple: true } } });

for (const name of values.axis ?? Object.keys(AXES)) {
  const axis = AXES[name];
  const points = axis.sizes.map((size) => best(name, size));
  console.log(`${axis.title}: time grows with the power ${exponent(points).toFixed(2)} of ${axis.unit}`);
  for (const { size, milliseconds, peakBytes } of points)
    console.log(
      `  ${size.toLocaleString('en').padStart(15)}  ${milliseconds.toFixed(1).padStart(10)} ms  ${(peakBytes / 1e6).toFixed(1).padStart(8)} MB`,
    );
  if (values.out === undefined) continue;
  mkdirSync(values.out, { recursive: true });
  writeFileSync(join(values.out, `${name}.svg`), chartOf(axis, points));
}

/** The fastest of a few runs: what else the machine does only adds to it. */
function best(name, size) {
  const runs = Array.from({ length: ROUNDS }, () => measured(name, size));
  return runs.reduce((one, other) => (other.milliseconds < one.milliseconds ? other : one));
}

function measured(name, size) {
  const { status, stdout } = spawnSync(process.execPath, ['--expose-gc', script, name, String(size)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${name} ${size}: status ${status}`);
  return JSON.parse(stdout);
}

/** The slope between the last points by logarithms: 1 is linear. Over the first ones fixed costs hide it. */
function exponent(points) {
  const [from, to] = points.slice(-3).filter((_, i, { length }) => i === 0 || i === length - 1);
  return Math.log(to.milliseconds / from.milliseconds) / Math.log(to.size / from.size);
}
