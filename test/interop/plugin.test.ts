import { execFileSync } from 'node:child_process';
import { readFileSync, realpathSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { imageFromTree } from '../../src/build/index.ts';
import { fileFromDisk } from '../../src/node/index.ts';
import { parseTarget, writeTarget } from '../../src/plugin/target.ts';
import { MemoryStore } from '../../src/store/index.ts';
import { directory, Tree } from '../../src/tree/index.ts';
import { newProject, type Project } from '../plugin/project.ts';
import { type DockerEngine, docker } from './engines.ts';

const engine = await docker();
afterAll(async () => {
  if (typeof engine !== 'string') await engine.close();
});

const ARCHITECTURE = process.arch === 'x64' ? 'amd64' : process.arch;

/** The Node of this machine and the libraries that it is linked with, as the base of an image. */
async function writeNodeBase(project: Project): Promise<void> {
  const tree = new Tree();
  tree.set('usr/bin/node', await fileFromDisk(realpathSync(process.execPath)));
  const linked = execFileSync('ldd', [process.execPath], { encoding: 'utf8' });
  for (const [, path] of linked.matchAll(/\s(\/\S+) \(0x/g)) tree.set((path as string).slice(1), await fileFromDisk(realpathSync(path as string)));
  tree.set('tmp', directory({ mode: 0o1777 }));
  const store = new MemoryStore();
  const platform = { os: 'linux', architecture: ARCHITECTURE };
  const { descriptor } = await imageFromTree(tree, store, { platform, compression: 'none', container: { env: { PATH: '/usr/bin' }, cmd: ['node'] } });
  await writeTarget(parseTarget('base.tar', project.folder), store, [{ name: 'node:here', descriptor }]);
}

/** A server that asks itself, and ends with the answer. */
const server = (imports: string, answer: string): string => `
import { createServer, get } from 'node:http';
${imports}
const server = createServer((request, response) => response.end(${answer} + ' at ' + request.url));
server.listen(8080, '127.0.0.1', () => {
  get('http://127.0.0.1:8080/health', async (response) => {
    for await (const chunk of response) process.stdout.write(chunk);
    server.close();
  });
});
`;

const build = (externals: readonly string[]): Record<string, string> => ({
  'package.json': '{ "name": "me/server", "version": "1.0.0", "type": "module" }',
  'build.mjs': `
import { rollup } from 'rollup';
import lading from 'lading/rollup';
const build = await rollup({
  input: 'src/server.js',
  external: [/^node:/, ...${JSON.stringify(externals)}],
  plugins: [lading({ from: 'base.tar' })],
});
await build.write({ dir: 'dist' });
await build.close();
`,
});

async function answerOf(project: Project): Promise<string> {
  await writeNodeBase(project);
  expect(project.run()).toMatchObject({ status: 0, output: expect.not.stringContaining('scratch') });
  const { load, run } = engine as DockerEngine;
  await load(readFileSync(project.path('image.tar')), 'me/server:1.0.0');
  return run('me/server:1.0.0');
}

describe.skipIf(typeof engine === 'string')(`Docker${typeof engine === 'string' ? ` (skipped: ${engine})` : ''} starts the image of`, () => {
  it('a server', async () => {
    const project = newProject({ ...build([]), 'src/server.js': server('', "'hello'") });
    expect(await answerOf(project)).toBe('hello at /health');
  });

  it('a server with a dependency', async () => {
    const project = newProject({
      ...build(['greet']),
      'src/server.js': server("import { greet } from 'greet';", 'greet()'),
      'node_modules/greet/package.json': '{ "name": "greet", "version": "1.0.0", "main": "index.js" }',
      'node_modules/greet/index.js': "exports.greet = () => 'greetings';",
    });
    expect(await answerOf(project)).toBe('greetings at /health');
  });

  it('a server with a dependency in a store as pnpm has it', async () => {
    const store = 'node_modules/.pnpm';
    const project = newProject({
      ...build(['greet']),
      'src/server.js': server("import { greet } from 'greet';", 'greet()'),
      [`${store}/greet@1.0.0/node_modules/greet/package.json`]: '{ "name": "greet", "main": "index.js", "dependencies": { "words": "1" } }',
      [`${store}/greet@1.0.0/node_modules/greet/index.js`]: "exports.greet = () => require('words').hello;",
      [`${store}/words@1.0.0/node_modules/words/package.json`]: '{ "name": "words", "main": "index.js" }',
      [`${store}/words@1.0.0/node_modules/words/index.js`]: "exports.hello = 'good day';",
    });
    project.link('greet', '.pnpm/greet@1.0.0/node_modules/greet');
    project.link('.pnpm/greet@1.0.0/node_modules/words', '../../words@1.0.0/node_modules/words');
    expect(await answerOf(project)).toBe('good day at /health');
  });

  it('a static site, whose files are where they belong', async () => {
    const project = newProject({
      'package.json': '{ "name": "me/server", "version": "1.0.0", "type": "module" }',
      'index.html': '<!doctype html><h1>hello</h1>',
      'public/deep/robots.txt': 'User-agent: *',
      'vite.config.mjs': `
import lading from 'lading/vite';
const show = "for (const file of ['index.html', 'deep/robots.txt']) console.log(require('fs').readFileSync('/srv/www/' + file, 'utf8').trim())";
export default { plugins: [lading({ from: 'base.tar', root: '/srv/www', container: { cmd: ['node', '-e', show] } })] };
`,
    });
    await writeNodeBase(project);
    expect(project.run('node_modules/vite/bin/vite.js build')).toMatchObject({ status: 0 });
    const { load, run } = engine as DockerEngine;
    await load(readFileSync(project.path('image.tar')), 'me/server:1.0.0');
    expect(run('me/server:1.0.0')).toBe('<!doctype html><h1>hello</h1>\nUser-agent: *\n');
  });
});
