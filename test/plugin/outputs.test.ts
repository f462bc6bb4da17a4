import { existsSync, renameSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { newProject, type Project } from './project.ts';

const SOURCES = {
  'package.json': '{ "name": "shop", "version": "1.0.0", "type": "module" }',
  'src/main.js': "import { later } from './shared.js';\nconsole.log('main', later);\n",
  'src/worker.js': "import { later } from './shared.js';\nconsole.log('worker', later);\n",
  'src/shared.js': "export const later = 'later';\n",
};

const rollup = (input: string, outputs: readonly string[], options = '{}'): Project =>
  newProject({
    ...SOURCES,
    'build.mjs': `
import { rollup } from 'rollup';
import lading from 'lading/rollup';
const build = await rollup({ input: ${input}, plugins: [lading(${options})] });
try {
  await Promise.all([${outputs}].map((output) => build.write(output)));
} finally {
  await build.close();
}
`,
  });

describe('a build of Rollup', () => {
  it('with two outputs, written at once, is one image of both', async () => {
    const outputs = ["{ dir: 'out/es' }", "{ dir: 'out/cjs', format: 'cjs', entryFileNames: '[name].cjs' }"];
    const project = rollup("'src/main.js'", outputs, "{ container: { entrypoint: ['node', '/app/cjs/main.cjs'] } }");
    const { status, output } = project.run();
    expect([status, output.match(/sha256:/g)]).toEqual([0, ['sha256:']]);
    expect([...(await project.image()).files.keys()]).toEqual(['app/cjs/main.cjs', 'app/es/main.js', 'app/package.json']);
    expect(await project.started('app/cjs/main.cjs')).toBe('main later\n');
    expect(await project.started('app/es/main.js')).toBe('main later\n');
  });

  it('with two outputs that both have an entry names them', () => {
    const project = rollup("'src/main.js'", ["{ dir: 'out/es' }", "{ dir: 'out/cjs', format: 'cjs' }"]);
    expect(project.run()).toMatchObject({
      status: 1,
      output: expect.stringContaining('the bundle has the entries cjs/main.js, es/main.js; name one in container.entrypoint'),
    });
    expect(existsSync(project.path('image.tar'))).toBe(false);
  });

  it('with several entries starts with the one that is called main', async () => {
    const project = rollup("['src/main.js', 'src/worker.js']", ["{ dir: 'dist' }"]);
    expect(project.run().status).toBe(0);
    expect((await project.image()).config).toMatchObject({ Entrypoint: ['node', '/app/main.js'] });
  });

  it('with several entries of which none is, names them, and takes the word of container.entrypoint', async () => {
    const entries = "{ web: 'src/main.js', worker: 'src/worker.js' }";
    const project = rollup(entries, ["{ dir: 'dist' }"]);
    expect(project.run()).toMatchObject({ status: 1, output: expect.stringContaining('the bundle has the entries web.js, worker.js') });
    const settled = rollup(entries, ["{ dir: 'dist' }"], "{ container: { entrypoint: ['node', '/app/worker.js'] } }");
    expect(settled.run().status).toBe(0);
    expect((await settled.image()).config).toEqual({ Entrypoint: ['node', '/app/worker.js'], WorkingDir: '/app' });
    expect(await settled.started('app/worker.js')).toBe('worker later\n');
  });

  it('of which one output fails makes no image', () => {
    const project = rollup("['src/main.js', 'src/worker.js']", ["{ dir: 'dist' }", "{ file: 'single.js' }"]);
    expect(project.run().status).toBe(1);
    expect(existsSync(project.path('image.tar'))).toBe(false);
  });
});

describe('the bundle of', () => {
  it('webpack for browsers has no entry and brings no dependencies', async () => {
    const project = newProject({
      ...SOURCES,
      'build.mjs': `
import webpack from 'webpack';
import lading from 'lading/webpack';
webpack({ mode: 'production', target: 'web', entry: './src/main.js', externals: { react: 'React' }, plugins: [lading()] })
  .run((error, stats) => { console.error(stats.toString({ all: false, warnings: true, errors: true })); });
`,
    });
    expect(project.run().output).toContain('nothing to serve its files with');
    const { config, files } = await project.image();
    expect([config, [...files.keys()]]).toEqual([{}, ['app/main.js']]);
  });

  it('esbuild as one file is that file', async () => {
    const project = newProject({
      ...SOURCES,
      'build.mjs': `
import { build } from 'esbuild';
import lading from 'lading/esbuild';
await build({ entryPoints: ['src/main.js'], bundle: true, platform: 'node', format: 'cjs', outfile: 'out/server.cjs', plugins: [lading()] });
`,
    });
    expect(project.run().status).toBe(0);
    expect([...(await project.image()).files.keys()]).toEqual(['app/server.cjs']);
    expect(await project.started('app/server.cjs')).toBe('main later\n');
  });

  it('esbuild that stays in memory is an error', () => {
    const project = newProject({
      ...SOURCES,
      'build.mjs': `
import { build } from 'esbuild';
import lading from 'lading/esbuild';
await build({ entryPoints: ['src/main.js'], write: false, outdir: 'dist', plugins: [lading()] });
`,
    });
    expect(project.run()).toMatchObject({ status: 1, output: expect.stringContaining('with write: false there are no files') });
  });
});

it('says what to install where unplugin is missing', () => {
  const project = rollup("'src/main.js'", ["{ dir: 'dist' }"]);
  renameSync(project.path('node_modules/unplugin'), project.path('node_modules/elsewhere'));
  expect(project.run()).toMatchObject({ status: 1, output: expect.stringContaining('install it with: npm install --save-dev unplugin') });
});
