import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { newProject } from './project.ts';

const SOURCE = { 'package.json': '{ "name": "shop", "type": "module" }', 'src/main.js': "console.log('one');\n" };

/** Waits until `dist/main.js` holds a text. */
const WAIT = `
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
const until = async (isSo) => { while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 20)); };
const builtWith = (text) => until(() => existsSync('dist/main.js') && readFileSync('dist/main.js', 'utf8').includes(text));
const change = () => writeFileSync('src/main.js', "console.log('two');");
`;

const SCRIPTS: Readonly<Record<string, string>> = {
  rollup: `
import { watch } from 'rollup';
import lading from 'lading/rollup';
const watcher = watch({ input: 'src/main.js', output: { dir: 'dist' }, plugins: [lading()] });
watcher.on('event', (event) => event.result?.close());
await builtWith('one');
change();
await builtWith('two');
await watcher.close();
`,
  rolldown: `
import { watch } from 'rolldown';
import lading from 'lading/rolldown';
const watcher = watch({ input: 'src/main.js', output: { dir: 'dist' }, plugins: [lading()] });
watcher.on('event', (event) => event.result?.close());
await builtWith('one');
change();
await builtWith('two');
await watcher.close();
`,
  webpack: `
import webpack from 'webpack';
import lading from 'lading/webpack';
const watching = webpack({ mode: 'production', target: 'node', entry: './src/main.js', plugins: [lading()] }).watch({ poll: 50 }, () => {});
await builtWith('one');
change();
await builtWith('two');
await new Promise((resolve) => watching.close(resolve));
`,
  rspack: `
import { rspack } from '@rspack/core';
import lading from 'lading/rspack';
const watching = rspack({ mode: 'production', target: 'node', entry: './src/main.js', plugins: [lading()] }).watch({ poll: 50 }, () => {});
await builtWith('one');
change();
await builtWith('two');
await new Promise((resolve) => watching.close(resolve));
process.exit();
`,
};

it.each(Object.entries(SCRIPTS))('%s makes no image while it watches', (_, script) => {
  const project = newProject({ ...SOURCE, 'build.mjs': WAIT + script });
  expect(project.run('build.mjs')).toMatchObject({ status: 0, output: expect.not.stringContaining('sha256:') });
  expect(existsSync(project.path('image.tar'))).toBe(false);
});

it.each([
  ['webpack', "import run from 'webpack';"],
  ['rspack', "import { rspack as run } from '@rspack/core';"],
])('%s makes no image where the watch is closed while it writes', (bundler, imported) => {
  const script = `
${imported}
import lading from 'lading/${bundler}';
const compiler = run({ mode: 'production', target: 'node', entry: './src/main.js', plugins: [lading()] });
const closed = new Promise((resolve) => compiler.hooks.emit.tap('close', () => watching.close(resolve)));
const watching = compiler.watch({}, () => {});
await closed;
process.exit();
`;
  const project = newProject({ ...SOURCE, 'build.mjs': script });
  expect(project.run('build.mjs')).toMatchObject({ status: 0, output: expect.not.stringContaining('sha256:') });
  expect([existsSync(project.path('dist/main.js')), existsSync(project.path('image.tar'))]).toEqual([true, false]);
});

it('esbuild, which does not say that it watches, makes one image and then no other', () => {
  const script = `
import { context } from 'esbuild';
import lading from 'lading/esbuild';
const watching = await context({ entryPoints: ['src/main.js'], platform: 'node', outdir: 'dist', plugins: [lading()], logLevel: 'info' });
await watching.watch({ delay: 1 });
await builtWith('one');
await until(() => existsSync('image.tar'));
rmSync('image.tar');
change();
await builtWith('two');
await watching.rebuild();
await watching.dispose();
`;
  const project = newProject({ ...SOURCE, 'build.mjs': WAIT + script });
  const { status, output } = project.run('build.mjs');
  expect([status, output.match(/sha256:/g)]).toEqual([0, ['sha256:']]);
  expect(existsSync(project.path('image.tar'))).toBe(false);
});
