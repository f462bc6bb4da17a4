// @ts-check
// Runs the cases of test/**/cases.ts on every supported runtime and prints what each says.
// Chromium is the system's, the others come from npm: their packages carry the executable, so no install script has to run.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleCases } from './cases.mjs';
import { runInChromium } from './chromium.mjs';
import { tally } from './tally.mjs';

const node = `node-${process.platform}-${process.arch}`;
const packages = {
  'node 20.19': `${node}@20.19`,
  'node 22': `${node}@22`,
  'node 24': `${node}@24`,
  'node 26': `${node}@26`,
  bun: 'bun@1',
  deno: 'deno@2',
};
const home = fileURLToPath(new URL('../../node_modules/.cache/runtimes/', import.meta.url));
const folder = (/** @type {string} */ name) => `${home}node_modules/${name.replace(' ', '-')}`;

function install() {
  mkdirSync(home, { recursive: true });
  writeFileSync(`${home}package.json`, '{ "private": true }');
  const wanted = Object.entries(packages).map(([name, spec]) => `${name.replace(' ', '-')}@npm:${spec}`);
  const { status } = spawnSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', ...wanted], { cwd: home, stdio: 'inherit' });
  if (status !== 0) throw new Error('Cannot install the runtimes');
}

/** The command line that runs a module, up to the module. */
function command(/** @type {string} */ name) {
  const modules = `${home}node_modules/`;
  const find = (/** @type {string} */ scope, /** @type {string} */ file) =>
    readdirSync(`${modules}${scope}`)
      .map((entry) => `${modules}${scope}/${entry}/${file}`)
      .find(existsSync) ?? file;
  if (name === 'bun') return [find('@oven', 'bin/bun'), 'run'];
  if (name === 'deno') return [find('@deno', 'deno'), 'run', '--allow-all', '--no-remote', '--node-modules-dir=manual', '--quiet'];
  return [`${folder(name)}/bin/node`];
}

/**
 * Runs a module until it has printed its outcome. It never ends by itself: a Node whose event loop is empty, if only while WebAssembly is compiled, may wait
 * for ever for a compiler thread that waits for it (nodejs/node#54918). So the module keeps a timer, and is killed.
 * @returns {Promise<import('./run-cases.js').Outcome>}
 */
async function runModule(/** @type {string[]} */ [executable = '', ...args], /** @type {string} */ module) {
  const child = spawn(executable, [...args, module], { timeout: 300_000, stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  let complaints = '';
  child.stderr.on('data', (chunk) => {
    complaints += chunk;
  });
  child.on('error', (error) => {
    complaints += error;
  });
  for await (const chunk of child.stdout.setEncoding('utf8')) {
    printed += chunk;
    const [line] = /^\{"passed".*(?=\n)/m.exec(printed) ?? [];
    if (line === undefined) continue;
    child.kill('SIGKILL');
    return JSON.parse(line);
  }
  return { passed: 0, failed: [{ name: 'the run', reason: complaints || 'It printed no outcome' }] };
}

function report(/** @type {string} */ name, /** @type {import('./run-cases.js').Outcome} */ { passed, failed }) {
  for (const { name: test, reason } of failed) console.log(`  ✗ ${test}\n${reason}`);
  tally(name, passed, failed.length);
}

install();
const bundle = await bundleCases('built');
const printer = `${dirname(bundle)}/print.mjs`;
writeFileSync(printer, "import { result } from './cases.mjs';\nsetInterval(() => {}, 1000);\nconsole.log(JSON.stringify(await result));\n");
for (const name of Object.keys(packages)) report(name, await runModule(command(name), printer));

const chromium = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
const portable = await bundleCases('portable');
report(
  'chromium',
  chromium ? await runInChromium(chromium, portable) : { passed: 0, failed: [{ name: 'the browser', reason: 'Chromium is not installed' }] },
);
for (const path of [bundle, portable]) rmSync(dirname(path), { recursive: true });
