import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter } from 'node:path';
import zlib from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type ImageArchive, open } from '../../src/open.ts';
import { hybrid } from '../support/docker.ts';
import { LAYERS, plainImage } from '../support/image.ts';
import { tarOf } from '../support/pack.ts';
import { writeBase } from './bases.ts';
import { type Built, INSTALLED, newProject, type Project, SERVER } from './project.ts';

/** A project that is built by Rollup with these options, and has an image and some styles beside the code. */
const made = (options: string): Project =>
  newProject({
    ...SERVER,
    ...INSTALLED,
    'build.mjs': `
import { rollup } from 'rollup';
import lading from 'lading/rollup';
const assets = { name: 'assets', generateBundle() {
  for (const fileName of ['img/logo.png', 'img/icon.png', 'data/words.txt', 'style.css']) this.emitFile({ type: 'asset', fileName, source: fileName });
} };
const build = await rollup({ input: 'src/main.js', external: ['greet', 'words'], plugins: [assets, lading(${options})] });
await build.write({ dir: 'dist', sourcemap: true, chunkFileNames: '[name].js' });
await build.close();
`,
  });

const built = (options: string, env: Readonly<Record<string, string>> = {}): Project => {
  const project = made(options);
  expect(project.run('build.mjs', { env })).toMatchObject({ status: 0 });
  return project;
};

const failure = (options: string): string => {
  const { status, output } = made(options).run();
  expect(status).toBe(1);
  return output;
};

/** What is in an archive beside its files. */
async function facts(
  project: Project,
  path: string,
): Promise<{ kind: string; names: unknown; platforms: unknown; created: unknown; types: unknown }> {
  const archive = (await open(project.path(path))) as ImageArchive;
  const { image } = archive.images[0] as ImageArchive['images'][number];
  const platforms = archive.images.map(({ platform }) => platform?.architecture);
  const types = (await image.manifest()).layers.map(({ mediaType }) => mediaType);
  const { created } = await image.config();
  await archive.close();
  return { kind: archive.kind, names: archive.images[0]?.names, platforms, created, types };
}

describe('the option', () => {
  it('layers puts files into layers of their own, the first rule that takes one first', async () => {
    const project = built("{ layers: [{ name: 'logo', include: 'img/logo.*' }, { name: 'pictures', include: ['img/**', '*.css'] }] }");
    const { layers, origins } = await project.image();
    expect(layers).toEqual(['dependencies', 'logo', 'pictures', 'assets', 'code']);
    const place = (path: string): unknown => layers[origins.get(`app/${path}`) as number];
    expect(['img/logo.png', 'img/icon.png', 'style.css', 'data/words.txt', 'main.js'].map(place)).toEqual([
      'logo',
      'pictures',
      'pictures',
      'assets',
      'code',
    ]);
  });

  it('sourcemaps takes them along', async () => {
    expect((await built('{}').image()).files.has('app/main.js.map')).toBe(false);
    expect((await built('{ sourcemaps: true }').image()).files.has('app/main.js.map')).toBe(true);
  });

  it('dependencies leaves them out', async () => {
    const { layers, files } = await built('{ dependencies: false }').image();
    expect([layers, [...files.keys()].filter((path) => path.includes('node_modules'))]).toEqual([['assets', 'code'], []]);
  });

  it('platforms makes an image for each, of the same layers', async () => {
    const project = built("{ platforms: ['linux/amd64', 'linux/arm64'], to: 'oci-archive:image.tar' }");
    expect(await facts(project, 'image.tar')).toMatchObject({ kind: 'oci-archive', platforms: ['amd64', 'arm64'] });
    const { images } = JSON.parse(readFileSync(project.path('lading-image.json'), 'utf8'));
    expect(images.map(({ platform }: { platform: string }) => platform)).toEqual(['linux/amd64', 'linux/arm64']);
    expect(images[0].layers.map(({ digest }: { digest: string }) => digest)).toEqual(
      images[1].layers.map(({ digest }: { digest: string }) => digest),
    );
  });

  it('tags names the image, and an empty list does not', async () => {
    expect((await built("{ tags: ['a:1', 'example.com/b:2'] }").image()).names).toEqual(expect.arrayContaining(['a:1', 'example.com/b:2']));
    expect((await built('{ tags: [] }').image()).names).toEqual([]);
  });

  it('to writes it in several forms at once', async () => {
    const project = built("{ to: ['out/image.tar', 'oci:out/layout', 'oci-archive:out/oci.tar', 'plain'] }");
    const found = await Promise.all(['out/image.tar', 'out/layout', 'out/oci.tar', 'plain'].map((path) => facts(project, path)));
    expect(found.map(({ kind }) => kind)).toEqual(['docker-archive', 'oci-layout', 'oci-archive', 'oci-layout']);
    expect(JSON.parse(readFileSync(project.path('out/lading-image.json'), 'utf8')).outputs).toEqual([
      { kind: 'docker-archive', path: 'out/image.tar' },
      { kind: 'oci-layout', path: 'out/layout' },
      { kind: 'oci-archive', path: 'out/oci.tar' },
      { kind: 'oci-layout', path: 'plain' },
    ]);
  });

  it('metadata says where the JSON goes, or that there is none', () => {
    expect(existsSync(built("{ metadata: 'out/made.json' }").path('out/made.json'))).toBe(true);
    expect(existsSync(built('{ metadata: false }').path('lading-image.json'))).toBe(false);
  });

  it('created is the time of the image and its files, and else SOURCE_DATE_EPOCH', async () => {
    const times = async (project: Project): Promise<unknown> => {
      const archive = await open(project.path('image.tar'));
      const { mtime } = (await archive.tree()).resolve('app/main.js');
      await archive.close();
      return [(await facts(project, 'image.tar')).created, mtime.seconds];
    };
    expect(await times(built('{}'))).toEqual(['1970-01-01T00:00:00Z', 0]);
    expect(await times(built("{ created: '2026-05-01T12:00:00Z' }"))).toEqual(['2026-05-01T12:00:00Z', 1777636800]);
    expect(await times(built('{}', { SOURCE_DATE_EPOCH: '1777636800' }))).toEqual(['2026-05-01T12:00:00Z', 1777636800]);
    expect(made('{}').run('build.mjs', { env: { SOURCE_DATE_EPOCH: 'now' } })).toMatchObject({
      status: 1,
      output: expect.stringContaining('"now" is no number'),
    });
  });

  it('compression none leaves layers as they are', async () => {
    const types = ['application/vnd.oci.image.layer.v1.tar', 'application/vnd.oci.image.layer.v1.tar', 'application/vnd.oci.image.layer.v1.tar'];
    expect((await facts(built("{ compression: 'none', to: 'oci:image' }"), 'image')).types).toEqual(types);
  });

  it('compression zstd writes zstd, or says that this Node cannot', async () => {
    if ('zstdCompressSync' in zlib)
      expect((await facts(built("{ compression: 'zstd', to: 'oci:image' }"), 'image')).types).toContain(
        'application/vnd.oci.image.layer.v1.tar+zstd',
      );
    else expect(failure("{ compression: 'zstd' }")).toMatch(/zstd.*22\.15/);
  });

  it('container rules over what the bundle says', async () => {
    const project = built(
      "{ root: '/srv', container: { entrypoint: ['/init'], cmd: ['serve'], workdir: '/tmp', env: { A: '1' }, user: '1000', ports: [8080] } }",
    );
    expect((await project.image()).config).toEqual({
      Entrypoint: ['/init'],
      Cmd: ['serve'],
      WorkingDir: '/tmp',
      Env: ['A=1'],
      User: '1000',
      ExposedPorts: new Map([['8080/tcp', new Map()]]),
    });
  });
});

it('cmd alone is what the entry is started with', async () => {
  const started = async (container: string): Promise<object> => (await built(`{ container: ${container} }`).image()).config;
  expect(await started("{ cmd: ['--port', '80'] }")).toEqual({ Entrypoint: ['node', '/app/main.js'], Cmd: ['--port', '80'], WorkingDir: '/app' });
  expect(await started("{ entrypoint: null, cmd: ['serve'] }")).toEqual({ Cmd: ['serve'], WorkingDir: '/app' });
});

describe('a wrong option', () => {
  it.each([
    ["{ form: 'x' }", 'the option "form" of lading: there is none of that name; there are from, to, tags'],
    ["{ from: 'docker://node' }", 'the option "from" of lading: Cannot open docker://'],
    ['{ to: [] }', 'the option "to" of lading: it is a path, or a list of paths, not []'],
    ["{ to: 'oci:image:1.0' }", 'the option "to" of lading: it is a path, such as image.tar or oci:build/image; names go into "tags"'],
    ["{ tags: ['Not A Name'] }", 'the option "tags" of lading'],
    ['{ platforms: [] }', 'the option "platforms" of lading'],
    ["{ platforms: ['linux'] }", 'the option "platforms" of lading'],
    ["{ layers: [{ name: 'x' }] }", 'the option "layers" of lading: it is a list of { name, include }'],
    ['{ created: 1e15 }', 'the option "created" of lading'],
    ["{ compression: 'lzma' }", 'the option "compression" of lading: it is none, gzip or zstd'],
    ["{ sourcemaps: 'no' }", 'the option "sourcemaps" of lading: it is true or false'],
    ["{ load: 'nerdctl' }", 'the option "load" of lading'],
    ['{ metadata: true }', 'the option "metadata" of lading: it is a path, or false'],
    ["{ container: { ports: ['http'] } }", 'the option "container" of lading: Cannot set ports'],
    ['{ container: { command: [] } }', 'the option "container" of lading: it has no "command", but entrypoint, cmd'],
    ["'image.tar'", 'the options of lading: they are an object'],
  ])('%s is an error before anything is built', (options, message) => {
    const project = made(options);
    expect(project.run()).toMatchObject({ status: 1, output: expect.stringContaining(message) });
    expect(existsSync(project.path('dist'))).toBe(false);
  });
});

describe('load', () => {
  /** A `docker` that keeps what it is given. */
  const withDocker = (options: string, script: string): Built & { readonly project: Project } => {
    const project = made(options);
    mkdirSync(project.path('bin'));
    writeFileSync(project.path('bin/docker'), `#!/bin/sh\n[ "$1" = --version ] && exit 0\n${script}\n`);
    chmodSync(project.path('bin/docker'), 0o755);
    return { project, ...project.run('build.mjs', { env: { PATH: `${project.path('bin')}${delimiter}/usr/bin:/bin` } }) };
  };

  it('hands the image to the engine, and writes none', async () => {
    const { project, status, output } = withDocker('{ load: true }', 'echo "$@" > called; cat > loaded.tar');
    expect([status, output]).toEqual([0, expect.stringMatching(/me\/shop:1\.2\.0 sha256:[0-9a-f]{64}: dependencies/)]);
    expect(readFileSync(project.path('called'), 'utf8')).toBe('load\n');
    expect((await project.image('loaded.tar')).names).toContain('me/shop:1.2.0');
    expect([existsSync(project.path('image.tar')), existsSync(project.path('lading-image.json'))]).toEqual([false, false]);
  });

  it('says what the engine says when it fails', () => {
    const { status, output } = withDocker("{ load: 'docker' }", 'echo "no daemon here" >&2; exit 1');
    expect([status, output]).toEqual([1, expect.stringContaining('Cannot load the image: docker says: no daemon here')]);
  });

  it.each([
    ['true', 'docker or podman'],
    ["'podman'", 'podman'],
  ])('%s says that there is no engine', (load, engine) => {
    const { status, output } = made(`{ load: ${load} }`).run('build.mjs', { env: { PATH: '/nowhere' } });
    expect([status, output]).toEqual([1, expect.stringContaining(`Cannot load the image: ${engine} is not to be found here`)]);
  });
});

describe('a base', () => {
  const on = async (to: string, options: string, ...rest: [platforms?: [string, ...string[]], name?: string]): Promise<Project> => {
    const project = made(options);
    await writeBase(project, to, ...rest);
    return project;
  };

  it.each([
    ['docker-archive', 'base.tar', "'base.tar'"],
    ['named as a docker-archive', 'base.tar', "'docker-archive:base.tar:base:1'"],
    ['OCI layout', 'oci:base', "'oci:base:base:1'"],
    ['OCI archive', 'oci-archive:base.tar', "'oci-archive:base.tar'"],
  ])('that is an %s has its layers below, and its settings', async (_, to, from) => {
    const project = await on(to, `{ from: ${from} }`);
    const { status, output } = project.run();
    expect([status, output]).toEqual([0, expect.stringMatching(/: base [\d.]+ k?B, dependencies/)]);
    expect(output).not.toContain('scratch');
    const { files, layers, config } = await project.image();
    expect(files.get('usr/bin/node')).toBe('node for linux/amd64');
    expect(layers).toEqual(['lading build: add /', 'dependencies', 'assets', 'code']);
    expect(config).toEqual({ Env: ['PATH=/usr/bin'], Entrypoint: ['node', '/app/main.js'], WorkingDir: '/app' });
  });

  it('for several platforms gives each its own', async () => {
    const project = await on('oci:base', "{ from: 'oci:base:base:1', platforms: ['linux/arm64', 'linux/amd64'], to: 'oci:image' }", [
      'linux/amd64',
      'linux/arm64',
    ]);
    expect(project.run()).toMatchObject({ status: 0 });
    const archive = (await open(project.path('image'))) as ImageArchive;
    const nodes = await Promise.all(archive.images.map(async ({ image }) => (await image.tree()).resolve('usr/bin/node')));
    const texts = nodes.map((node) => (node.type === 'file' ? node.size : 0));
    expect([archive.images.map(({ platform }) => platform?.architecture), texts]).toEqual([
      ['arm64', 'amd64'],
      [20, 20],
    ]);
    await archive.close();
  });

  it.each([
    ['that is not there', 'base.tar', "'missing.tar'", /Cannot open the base .*missing\.tar.*no such file or folder/],
    ['of another platform', 'base.tar', "'base.tar', platforms: ['linux/s390x']", /s390x/],
    [
      'that is of another form than said',
      'oci-archive:base.tar',
      "'docker-archive:base.tar'",
      /Cannot read the input as docker-archive: it is an? OCI archive/i,
    ],
    ['that has no such name', 'oci:base', "'oci:base:other:2'", /other:2/],
  ])('%s is an error', async (_, to, from, message) => {
    const project = await on(to, `{ from: ${from} }`);
    expect(project.run()).toMatchObject({ status: 1, output: expect.stringMatching(message) });
    expect(existsSync(project.path('image.tar'))).toBe(false);
  });

  it.each(['folder', 'tar'])('that is a plain %s is an error that says how to make an image of it', async (kind) => {
    const project = made(`{ from: 'plain' }`);
    if (kind === 'folder') mkdirSync(project.path('plain'));
    else writeFileSync(project.path('plain'), await tarOf([{ name: 'etc/os-release', body: 'NAME=none' }]));
    const message = `"plain": it is a ${kind} and holds no image; \`lading import\` makes one of it`;
    expect(project.run()).toMatchObject({ status: 1, output: expect.stringContaining(message) });
  });
});

describe('an output path that holds', () => {
  it.each([
    ['a file of somebody', 'oci-archive:taken', 'it is a file', (path: string) => writeFileSync(path, 'precious')],
    ['a file, for a layout', 'oci:taken', 'it is a file', (path: string) => writeFileSync(path, 'precious')],
    ['a folder, for an archive', 'docker-archive:taken', 'it is a folder', (path: string) => mkdirSync(path)],
  ])('%s is an error', (_, to, reason, put) => {
    const project = made(`{ to: '${to}' }`);
    put(project.path('taken'));
    const expected = to === 'oci-archive:taken' ? 'was not made by lading' : reason;
    expect(project.run()).toMatchObject({ status: 1, output: expect.stringContaining(expected) });
  });

  it('a folder with something else in it is an error', () => {
    const project = made("{ to: 'taken' }");
    project.write({ 'taken/notes.txt': 'precious' });
    expect(project.run()).toMatchObject({ status: 1, output: expect.stringContaining('and is no OCI layout') });
    expect(readFileSync(project.path('taken/notes.txt'), 'utf8')).toBe('precious');
  });

  it('an image that another program has made is an error', async () => {
    const project = made('{}');
    const archive = await tarOf(hybrid({ image: await plainImage(LAYERS), tags: ['app:1'] }));
    writeFileSync(project.path('image.tar'), archive);
    expect(project.run()).toMatchObject({ status: 1, output: expect.stringContaining('was not made by lading') });
    expect(readFileSync(project.path('image.tar')).equals(archive)).toBe(true);
  });

  it('an image of an earlier build gives way', async () => {
    const project = made("{ to: 'image.tar', root: '/srv' }");
    expect(project.run().status).toBe(0);
    const first = await project.image();
    project.write({ 'src/later.js': "export const later = 'now';" });
    expect(project.run().status).toBe(0);
    expect((await project.image()).digest).not.toBe(first.digest);
  });

  it('a layout of an earlier build has the new image under its name', async () => {
    const project = made("{ to: 'oci:image' }");
    expect(project.run().status).toBe(0);
    project.write({ 'src/later.js': "export const later = 'now';" });
    expect(project.run().status).toBe(0);
    const { digest } = JSON.parse(readFileSync(project.path('lading-image.json'), 'utf8'));
    expect(await project.image('image')).toMatchObject({ digest, names: expect.arrayContaining(['me/shop:1.2.0']) });
  });
});
