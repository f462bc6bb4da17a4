import { describe, expect, it } from 'vitest';
import { newProject, type Project } from './project.ts';

const pack = (name: string, version: string, more: object = {}): string => JSON.stringify({ name, version, main: 'index.js', ...more });

/** A package whose export is its version and the exports of what it requires. */
function installed(folder: string, name: string, version: string, requires: readonly string[] = [], more: object = {}): Record<string, string> {
  const dependencies = Object.fromEntries(requires.map((required) => [required, '*']));
  const parts = requires.map((required) => `require('${required}')`).join(', ');
  return {
    [`${folder}/package.json`]: pack(name, version, { dependencies, ...more }),
    [`${folder}/index.js`]: `module.exports = ['${name}@${version}', ${parts}].join(' ');\n`,
  };
}

/** A project whose `main.js` prints what these packages export. */
function using(names: readonly string[], files: Readonly<Record<string, string>>): Project {
  const imports = names.map((name, i) => `import p${i} from '${name}';\nconsole.log(p${i});\n`).join('');
  return newProject({
    'package.json': '{ "name": "shop", "version": "1.0.0", "type": "module" }',
    'main.js': imports,
    ...files,
    'build.mjs': `
import { rollup } from 'rollup';
import lading from 'lading/rollup';
const build = await rollup({ input: 'main.js', external: ${JSON.stringify(names)}, plugins: [lading()] });
await build.write({ dir: 'dist' });
await build.close();
`,
  });
}

async function printed(project: Project): Promise<readonly string[]> {
  expect(project.run()).toMatchObject({ status: 0, output: expect.not.stringContaining('not installed') });
  return (await project.started('app/main.js')).trimEnd().split('\n');
}

/** Where the image has packages. */
async function places(project: Project): Promise<readonly string[]> {
  const found = [...(await project.image()).files.keys()].filter((path) => path.startsWith('app/node_modules/') && path.endsWith('/package.json'));
  return found.map((path) => path.replace('app/node_modules/', '').replace('/package.json', '')).sort();
}

describe('the packages of', () => {
  it('a flat node_modules come with what they depend on, and nothing else', async () => {
    const project = using(['a'], {
      ...installed('node_modules/a', 'a', '1.0.0', ['@scope/c']),
      ...installed('node_modules/@scope/c', '@scope/c', '3.0.0'),
      ...installed('node_modules/@scope/unused', '@scope/unused', '3.0.0'),
    });
    expect(await printed(project)).toEqual(['a@1.0.0 @scope/c@3.0.0']);
    expect(await places(project)).toEqual(['@scope/c', 'a']);
  });

  it('a store as pnpm has it lie flat, two versions of one apart', async () => {
    const store = 'node_modules/.pnpm';
    const project = using(['a', 'b', '@scope/c'], {
      ...installed(`${store}/a@1.0.0/node_modules/a`, 'a', '1.0.0', ['b', '@scope/c', 'd']),
      ...installed(`${store}/b@1.0.0/node_modules/b`, 'b', '1.0.0'),
      ...installed(`${store}/b@2.0.0/node_modules/b`, 'b', '2.0.0', ['d']),
      ...installed(`${store}/@scope+c@3.0.0/node_modules/@scope/c`, '@scope/c', '3.0.0', ['b']),
      ...installed(`${store}/d@4.0.0/node_modules/d`, 'd', '4.0.0'),
    });
    project.link('a', '.pnpm/a@1.0.0/node_modules/a');
    project.link('b', '.pnpm/b@1.0.0/node_modules/b');
    project.link('@scope/c', '../.pnpm/@scope+c@3.0.0/node_modules/@scope/c');
    project.link('.pnpm/a@1.0.0/node_modules/b', '../../b@2.0.0/node_modules/b');
    project.link('.pnpm/a@1.0.0/node_modules/d', '../../d@4.0.0/node_modules/d');
    project.link('.pnpm/a@1.0.0/node_modules/@scope/c', '../../../@scope+c@3.0.0/node_modules/@scope/c');
    project.link('.pnpm/b@2.0.0/node_modules/d', '../../d@4.0.0/node_modules/d');
    project.link('.pnpm/@scope+c@3.0.0/node_modules/b', '../../b@2.0.0/node_modules/b');
    expect(await printed(project)).toEqual([
      'a@1.0.0 b@2.0.0 d@4.0.0 @scope/c@3.0.0 b@2.0.0 d@4.0.0 d@4.0.0',
      'b@1.0.0',
      '@scope/c@3.0.0 b@2.0.0 d@4.0.0',
    ]);
    expect(await places(project)).toEqual(['@scope/c', '@scope/c/node_modules/b', 'a', 'a/node_modules/b', 'b', 'd']);
  });

  it('a workspace come from where they are developed, without what is installed there', async () => {
    const project = using(['lib'], {
      ...installed('packages/lib', 'lib', '0.1.0', ['own', 'a']),
      ...installed('packages/lib/node_modules/own', 'own', '1.0.0', ['a']),
      ...installed('packages/lib/node_modules/builder', 'builder', '1.0.0'),
      ...installed('node_modules/a', 'a', '2.0.0'),
    });
    project.link('lib', '../packages/lib');
    expect(await printed(project)).toEqual(['lib@0.1.0 own@1.0.0 a@2.0.0 a@2.0.0']);
    expect(await places(project)).toEqual(['a', 'lib', 'own']);
  });

  it('a circle come once each', async () => {
    const project = using(['a'], {
      ...installed('node_modules/a', 'a', '1.0.0', [], { dependencies: { b: '*' } }),
      ...installed('node_modules/b', 'b', '1.0.0', [], { dependencies: { a: '*' } }),
      'node_modules/a/index.js': "exports.name = 'a';\nexports.b = require('b').name;\nmodule.exports.toString = () => 'a ' + exports.b;\n",
      'node_modules/b/index.js': "exports.name = 'b of ' + require('a').name;\n",
      'main.js': "import a from 'a';\nconsole.log(String(a));\n",
    });
    expect(await printed(project)).toEqual(['a b of a']);
    expect(await places(project)).toEqual(['a', 'b']);
  });
});

describe('a package', () => {
  it('brings its peers, and what is optional if it was installed', async () => {
    const peers = { peerDependencies: { host: '*', shy: '*' }, peerDependenciesMeta: { shy: { optional: true } } };
    const project = using(['plug'], {
      ...installed('node_modules/plug', 'plug', '1.0.0', ['host', 'extra'], {
        dependencies: {},
        ...peers,
        optionalDependencies: { extra: '*', absent: '*' },
      }),
      ...installed('node_modules/host', 'host', '1.0.0'),
      ...installed('node_modules/extra', 'extra', '1.0.0'),
      ...installed('node_modules/shy', 'shy', '1.0.0'),
    });
    expect(await printed(project)).toEqual(['plug@1.0.0 host@1.0.0 extra@1.0.0']);
    expect(await places(project)).toEqual(['extra', 'host', 'plug']);
  });

  it('is found by the path of a module in it, and keeps what may be executed', async () => {
    const project = using(['a/tools/say.js'], {
      ...installed('node_modules/a', 'a', '1.0.0'),
      'node_modules/a/tools/say.js': "module.exports = 'said';\n",
    });
    expect(await printed(project)).toEqual(['said']);
    expect(await places(project)).toEqual(['a']);
  });

  it('that is not installed is a warning that names it', async () => {
    const project = using(['a', 'gone'], { ...installed('node_modules/a', 'a', '1.0.0', ['lost']) });
    const { status, output } = project.run();
    expect([status, output]).toEqual([0, expect.stringContaining('the bundle needs gone, lost, and they are not installed: the image is without')]);
    expect(await places(project)).toEqual(['a']);
  });

  it('is the same in the image whatever order and link it was found by', async () => {
    const files = {
      ...installed('node_modules/.pnpm/a@1.0.0/node_modules/a', 'a', '1.0.0', ['b']),
      ...installed('node_modules/.pnpm/b@1.0.0/node_modules/b', 'b', '1.0.0'),
    };
    const one = using(['a', 'b'], files);
    const two = using(['b', 'a'], files);
    for (const project of [one, two]) {
      project.link('a', '.pnpm/a@1.0.0/node_modules/a');
      project.link('b', '.pnpm/b@1.0.0/node_modules/b');
      project.link('.pnpm/a@1.0.0/node_modules/b', '../../b@1.0.0/node_modules/b');
      expect(project.run().status).toBe(0);
    }
    expect((await one.image()).digests[0]).toBe((await two.image()).digests[0]);
  });
});
