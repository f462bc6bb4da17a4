import { existsSync, renameSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { INSTALLED, newProject, type Project } from './project.ts';

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

  it.each(['webpack', '@rspack/core'])('%s has the packages that its externals stand for', async (bundler) => {
    const aliases = [
      { pet: 'commonjs2 greet', one: ['words', 'hello'], glob: 'var NOTHING' },
      { each: { commonjs: 'words', commonjs2: ['@me/barred', 'a|b'], amd: 'none', root: 'None' } },
    ];
    const project = newProject({
      ...SOURCES,
      ...INSTALLED,
      'node_modules/@me/barred/package.json': '{ "name": "@me/barred", "version": "1.0.0" }',
      'src/main.cjs': "console.log(require('pet').greet(), require('one'), () => [require('glob'), require('each')]);\n",
      'build.mjs': `
import * as bundler from '${bundler}';
import lading from 'lading/${bundler.replace(/^@|\/core$/g, '')}';
(bundler.rspack ?? bundler.default)({
  mode: 'production', target: 'node', entry: './src/main.cjs', externalsType: 'commonjs2', externals: ${JSON.stringify(aliases)},
  output: { filename: 'main.cjs' }, plugins: [lading()],
}).run((error, stats) => { console.error(error ?? stats.toString({ all: false, warnings: true, errors: true })); });
`,
    });
    expect(project.run().output).not.toContain('not installed');
    const packages = [...(await project.image()).files.keys()].filter((path) => /^app\/node_modules\/(@\w+\/)?\w+\/package.json$/.test(path));
    expect(packages.map((path) => path.slice('app/node_modules/'.length, -'/package.json'.length))).toEqual(['@me/barred', 'greet', 'words']);
    expect(await project.started('app/main.cjs')).toContain('hello from greet good day');
  });

  it.each(['webpack', '@rspack/core'])('%s that writes beside its folder starts where it lies', async (bundler) => {
    const project = newProject({
      ...SOURCES,
      'build.mjs': `
import * as bundler from '${bundler}';
import lading from 'lading/${bundler.replace(/^@|\/core$/g, '')}';
const assets = { apply: (compiler) => compiler.hooks.thisCompilation.tap('assets', (made) => made.hooks.processAssets.tap('assets', () => {
  made.emitAsset('logo.png', new compiler.webpack.sources.RawSource('logo'));
})) };
(bundler.rspack ?? bundler.default)({
  mode: 'production', target: 'node', entry: './src/main.js',
  output: { path: import.meta.dirname + '/dist/client', filename: '../server/[name].cjs?[contenthash]' }, plugins: [assets, lading()],
}).run((error, stats) => { console.error(error ?? stats.toString({ all: false, warnings: true, errors: true })); });
`,
    });
    project.run();
    const { config, files } = await project.image();
    expect([...files.keys()]).toEqual(['app/client/logo.png', 'app/server/main.cjs']);
    expect(config).toEqual({ Entrypoint: ['node', '/app/server/main.cjs'], WorkingDir: '/app' });
    expect(await project.started('app/server/main.cjs')).toBe('main later\n');
  });

  it('esbuild that writes beside its folder starts where it lies', async () => {
    const project = newProject({
      ...SOURCES,
      'build.mjs': `
import { build } from 'esbuild';
import lading from 'lading/esbuild';
await build({ entryPoints: ['src/main.js'], entryNames: '../up/[name]', bundle: true, platform: 'node', format: 'esm', outdir: 'out/dist', plugins: [lading()] });
`,
    });
    expect(project.run()).toMatchObject({ status: 0 });
    const { config, files } = await project.image();
    expect([...files.keys()]).toEqual(['app/package.json', 'app/up/main.js']);
    expect(config).toMatchObject({ Entrypoint: ['node', '/app/up/main.js'] });
    expect(await project.started('app/up/main.js')).toBe('main later\n');
  });

  it('esbuild does not start with what is loaded later', async () => {
    const made = (entryPoints: string): Project =>
      newProject({
        ...SOURCES,
        'src/web.js': "import('./index.js').then(console.log);\nimport('./worker.js');\n",
        'src/index.js': 'export const index = 1;\n',
        'build.mjs': `
import { build } from 'esbuild';
import lading from 'lading/esbuild';
await build({
  entryPoints: ${entryPoints}, bundle: true, splitting: true, platform: 'node', format: 'esm', outdir: 'dist', chunkNames: '[name]', plugins: [lading()],
});
`,
      });
    const alone = made("['src/web.js']");
    expect(alone.run()).toMatchObject({ status: 0 });
    expect((await alone.image()).config).toMatchObject({ Entrypoint: ['node', '/app/web.js'] });
    for (const several of ["['./src/web', './src/worker']", "[{ in: 'src/web.js', out: 'web' }, { in: 'src/worker.js', out: 'worker' }]"])
      expect(made(several).run().output).toContain('the bundle has the entries web.js, worker.js');
    expect(made("['./src/w*.js']").run().output).toContain('the bundle has the entries web.js, worker.js');
    expect(made("{ web: 'src/web.js', worker: './src/worker.js' }").run().output).toContain('the bundle has the entries web.js, worker.js');
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
