import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { writeBase } from './bases.ts';
import { newProject, type Project } from './project.ts';

const SOURCES = {
  'package.json': '{ "name": "shop", "version": "1.0.0", "type": "module" }',
  'src/main.js': "console.log('main');\n",
};

/** A build of Rollup for each of these options, one after the other. */
const made = (...options: readonly string[]): Project =>
  newProject({
    ...SOURCES,
    'build.mjs': `
import { rollup } from 'rollup';
import lading from 'lading/rollup';
for (const plugin of [${options.map((option) => `() => lading(${option})`)}]) {
  const build = await rollup({ input: 'src/main.js', plugins: [plugin()] });
  await build.write({ dir: 'dist' });
  await build.close();
}
`,
  });

const digestIn = (project: Project, path: string): string => JSON.parse(readFileSync(project.path(path), 'utf8')).digest;

describe('the metadata', () => {
  it.each([
    ['a file of somebody', 'package.json', SOURCES['package.json']],
    ['JSON of another kind', 'made.json', '[null]'],
    ['text', 'made.json', 'precious'],
  ])('does not take the place of %s', (_, path, text) => {
    const project = made(`{ metadata: '${path}' }`);
    project.write({ [path]: text });
    expect(project.run()).toMatchObject({
      status: 1,
      output: expect.stringMatching(`Cannot write .*${path}.*: what is there was not made by lading`),
    });
    expect([readFileSync(project.path(path), 'utf8'), existsSync(project.path('image.tar'))]).toEqual([text, false]);
  });

  it('does not take the place of a folder', () => {
    const project = made("{ metadata: 'made' }");
    mkdirSync(project.path('made'));
    expect(project.run()).toMatchObject({ status: 1, output: expect.stringContaining('was not made by lading') });
  });

  it.each([
    ['image.tar', "{ to: 'image.tar', metadata: './image.tar' }"],
    ['image', "{ to: ['a.tar', 'oci:image'], metadata: 'image/index.json' }"],
    ['lading-image.json', "{ to: 'oci:lading-image.json' }"],
  ])('does not go to the image in %s, which is said before anything is built', (image, options) => {
    const project = made(options);
    expect(project.run()).toMatchObject({
      status: 1,
      output: expect.stringMatching(`the option "metadata" of lading: the image goes to ".*${image}"`),
    });
    expect(existsSync(project.path('dist'))).toBe(false);
  });

  it('of an earlier build of the image gives way, and leaves nothing beside it', async () => {
    const project = made("{ to: 'out/image.tar' }");
    expect(project.run().status).toBe(0);
    const first = digestIn(project, 'out/lading-image.json');
    project.write({ 'src/main.js': "console.log('other');" });
    expect(project.run().status).toBe(0);
    const { digest } = await project.image('out/image.tar');
    expect([digestIn(project, 'out/lading-image.json'), digest === first]).toEqual([digest, false]);
    expect(readdirSync(project.path('out')).sort()).toEqual(['image.tar', 'lading-image.json']);
  });

  it('of another build stays while the image of that is there', async () => {
    const project = made("{ to: 'a.tar' }", "{ to: 'b.tar' }");
    expect(project.run()).toMatchObject({
      status: 1,
      output: expect.stringMatching(
        /Cannot write .*lading-image\.json.*: it tells of a\.tar, which another build has made; give each build .*"metadata"/,
      ),
    });
    expect(digestIn(project, 'lading-image.json')).toBe((await project.image('a.tar')).digest);
    rmSync(project.path('a.tar'));
    const alone = { 'build.mjs': readFileSync(project.path('build.mjs'), 'utf8').replace("() => lading({ to: 'a.tar' }),", '') };
    project.write(alone);
    expect(project.run().status).toBe(0);
  });

  it('of two builds that each have a path of their own is two files', async () => {
    const project = made("{ to: 'a.tar' }", "{ to: 'b.tar', tags: ['b:1'], metadata: 'b.json' }");
    expect(project.run()).toMatchObject({ status: 0 });
    const digests = [digestIn(project, 'lading-image.json'), digestIn(project, 'b.json')];
    expect(digests).toEqual([(await project.image('a.tar')).digest, (await project.image('b.tar')).digest]);
  });

  it('of two compilers of webpack that run at once is not lost', () => {
    const compiler = (name: string): string =>
      `{ mode: 'production', target: 'node', entry: './src/main.js', output: { path: import.meta.dirname + '/${name}' }, plugins: [lading({ to: '${name}.tar' })] }`;
    const project = newProject({
      ...SOURCES,
      'build.mjs': `
import webpack from 'webpack';
import lading from 'lading/webpack';
webpack([${compiler('a')}, ${compiler('b')}]).run((error, stats) => { console.error(error ?? stats.toString()); });
`,
    });
    expect(project.run().output).toMatch(/it tells of [ab]\.tar, which another build has made/);
  });
});

describe('a base that the image would take the place of', () => {
  it.each([
    ['is one file', 'base.tar', "{ from: './base.tar', to: 'base.tar' }"],
    ['is one of several outputs', 'base.tar', "{ from: 'docker-archive:base.tar', to: ['image.tar', 'oci-archive:base.tar'] }"],
    ['is one layout', 'oci:base', "{ from: 'oci:base:base:1', to: 'oci:base' }"],
    ['is found through a link', 'base.tar', "{ from: 'linked/base.tar', to: 'base.tar' }"],
  ])('%s: an error before anything is built', async (_, base, options) => {
    const project = made(options);
    await writeBase(project, base);
    symlinkSync('.', project.path('linked'));
    expect(project.run()).toMatchObject({
      status: 1,
      output: expect.stringMatching(/Cannot take the option "to" of lading: ".*base.*" is the base too, .* give another path/),
    });
    expect(existsSync(project.path('dist'))).toBe(false);
  });

  it('lies below another folder than the bundler starts in: it is an error too', () => {
    const project = newProject({
      'shop/package.json': SOURCES['package.json'],
      'shop/src/main.js': SOURCES['src/main.js'],
      'build.mjs': `
import { build } from 'esbuild';
import lading from 'lading/esbuild';
const to = import.meta.dirname + '/shop/image.tar';
const plugins = [lading({ from: 'image.tar', to })];
await build({ absWorkingDir: import.meta.dirname + '/shop', entryPoints: ['src/main.js'], platform: 'node', outdir: 'dist', plugins });
`,
    });
    expect(project.run()).toMatchObject({ status: 1, output: expect.stringContaining('"image.tar" is the base too') });
  });
});
