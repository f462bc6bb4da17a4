// The benchmark: `npm run bench`, or with options behind `--`; see README.md.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import ensureBuilt from '../scripts/ensure-built.mjs';

if (!existsSync(new URL('node_modules', import.meta.url))) {
  const { status } = spawnSync('npm', ['ci'], { cwd: new URL('.', import.meta.url), stdio: ['ignore', 2, 2], shell: process.platform === 'win32' });
  if (status !== 0) process.exit(status ?? 1);
}
ensureBuilt();

const { values } = parseArgs({
  options: {
    case: { type: 'string', multiple: true },
    rounds: { type: 'string', default: '15' },
    images: { type: 'string' },
    json: { type: 'boolean', default: false },
    markdown: { type: 'boolean', default: false },
  },
});
const { loadCases } = await import('./cases/index.mjs');
const { makeData } = await import('./data.mjs');
const { measureCase } = await import('./engine/measure.mjs');
const { markdown, tableOf } = await import('./report.mjs');

const options = { rounds: Number(values.rounds), images: values.images };
const all = await loadCases(options);
const wanted = values.case;
const cases = wanted ? all.filter(({ name }) => wanted.some((part) => name.startsWith(part))) : all;
if (cases.length === 0) {
  console.error(`No such case. There are: ${all.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}
await makeData(new Set(cases.flatMap(({ data = [], limit }) => [...data, ...(limit?.data ?? [])])));

const isForPeople = !values.json && !values.markdown;
const results = [];
for (const bench of cases) {
  if (!isForPeople) console.error(bench.title);
  const result = await measureCase(bench, options);
  results.push(result);
  if (isForPeople) console.log(tableOf(result));
}
if (values.json) console.log(JSON.stringify(results, undefined, 2));
if (values.markdown) console.log(markdown(results, options));
