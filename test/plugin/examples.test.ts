import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { writeBase } from './bases.ts';
import { bunProgram, newProject, type Project } from './project.ts';

const EXAMPLES = fileURLToPath(new URL('../../docs/examples/', import.meta.url));
const GUIDE = readFileSync(join(EXAMPLES, '../guides/build-plugin.md'), 'utf8');

/** The commands of webpack and Rspack are packages of their own; what they do with a configuration is this. */
const compile = (bundler: string): string => `
import * as bundler from '${bundler}';
import configuration from './${bundler.includes('rspack') ? 'rspack' : 'webpack'}.config.js';
const compiler = (bundler.rspack ?? bundler.default)({ ...configuration, infrastructureLogging: { level: 'info' } });
compiler.run((error, stats) => {
  if (error || stats.hasErrors()) { console.error(error ?? stats.toString()); process.exitCode = 1; }
  compiler.close(() => {});
});
`;

/** How each example is built, and the file that the guide shows of it. */
const SERVERS: readonly (readonly [example: string, command: string, shown: string])[] = [
  ['vite', 'node_modules/vite/bin/vite.js build', 'vite.config.js'],
  ['rollup', 'node_modules/rollup/dist/bin/rollup --config', 'rollup.config.js'],
  ['rolldown', 'node_modules/rolldown/bin/cli.mjs --config', 'rolldown.config.js'],
  ['webpack', 'compile.mjs', 'webpack.config.js'],
  ['rspack', 'compile.mjs', 'rspack.config.js'],
  ['esbuild', 'build.js', 'build.js'],
  ['bun', 'build.js', 'build.js'],
];

function exampleProject(name: string): Project {
  const paths = readdirSync(join(EXAMPLES, name), { recursive: true, encoding: 'utf8' }).filter((path) =>
    statSync(join(EXAMPLES, name, path)).isFile(),
  );
  const files = Object.fromEntries(paths.map((path) => [path, readFileSync(join(EXAMPLES, name, path), 'utf8')]));
  return newProject({ ...files, 'compile.mjs': compile(name === 'rspack' ? '@rspack/core' : name) });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as { port: number };
  await new Promise((closed) => server.close(closed));
  return port;
}

/** What a server of an unpacked image answers. */
async function answer(project: Project, entry: string, path: string): Promise<string> {
  const port = await freePort();
  const child = spawn(process.execPath, [await project.unpacked(entry)], { env: { ...process.env, PORT: String(port) }, stdio: 'inherit' });
  try {
    for (;;) {
      try {
        return await (await fetch(`http://127.0.0.1:${port}${path}`)).text();
      } catch (error) {
        if (child.exitCode !== null) throw error;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  } finally {
    child.kill();
  }
}

describe.each(SERVERS)('the example for %s', (name, command, shown) => {
  const program = name === 'bun' ? bunProgram() : process.execPath;

  it.skipIf(!program)(`builds an image whose server answers${program ? '' : ' (skipped: bun is not installed)'}`, async () => {
    const project = exampleProject(name);
    await writeBase(project, 'node.tar');
    const { status, output } = project.run(command, { program: program as string });
    expect([status, output]).toEqual([0, expect.stringContaining(`example-${name}:1.0.0 sha256:`)]);
    const { layers, config } = await project.image();
    expect(layers.slice(1).filter((layer) => layer !== 'assets')).toEqual(['dependencies', 'code']);
    const { Entrypoint: entrypoint, ExposedPorts: ports } = config as { Entrypoint: readonly string[]; ExposedPorts: unknown };
    expect([entrypoint[0], ports]).toEqual(['node', new Map([['8080/tcp', new Map()]])]);
    const entry = (entrypoint[1] as string).slice(1);
    expect(await answer(project, entry, '/hello')).toBe('path: /hello\n');
    if (name === 'vite') expect(await answer(project, entry, '/')).toContain('<title>An example</title>');
  });

  it('is what the guide shows', () => {
    expect(GUIDE).toContain(`\`\`\`js\n${readFileSync(join(EXAMPLES, name, shown), 'utf8')}\`\`\`\n`);
  });
});

describe('the example of a static site', () => {
  it('builds an image with its files where a web server has them', async () => {
    const project = exampleProject('vite-site');
    await writeBase(project, 'nginx.tar');
    expect(project.run('node_modules/vite/bin/vite.js build')).toMatchObject({ status: 0, output: expect.not.stringContaining('nothing to serve') });
    const { files, config } = await project.image();
    expect([...files.keys()]).toEqual(expect.arrayContaining(['usr/share/nginx/html/index.html', 'usr/share/nginx/html/robots.txt']));
    expect(config).toEqual({ Env: ['PATH=/usr/bin'], Cmd: ['node'], WorkingDir: '/srv' });
  });

  it('is what the guide shows', () => {
    expect(GUIDE).toContain(`\`\`\`js\n${readFileSync(join(EXAMPLES, 'vite-site/vite.config.js'), 'utf8')}\`\`\`\n`);
  });
});

describe('the packages of an example', () => {
  const manifest = JSON.parse(readFileSync(join(EXAMPLES, '../../package.json'), 'utf8'));
  // What a bundler's command is released with is not among what the tests install.
  const commands: readonly string[] = ['@rspack/cli', 'webpack-cli'];
  const tested: Record<string, string> = {
    ...manifest.dependencies,
    ...manifest.devDependencies,
    ...manifest.peerDependencies,
    lading: manifest.version,
  };

  it.each([...SERVERS.map(([name]) => name), 'vite-site'])('for %s are those that the tests build it with, or later ones', (name) => {
    const { dependencies, devDependencies } = JSON.parse(readFileSync(join(EXAMPLES, name, 'package.json'), 'utf8'));
    for (const [wanted, range] of Object.entries({ ...dependencies, ...devDependencies }))
      if (!commands.includes(wanted)) expect([wanted, range]).toEqual([wanted, tested[wanted]?.replace(/^\^?/, '^')]);
  });
});
