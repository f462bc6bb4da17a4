import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { extractTree } from '../../src/node/index.ts';
import { type ImageArchive, open } from '../../src/open.ts';
import { collect } from '../../src/stream/index.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The bundlers that projects of the tests may use. */
const PACKAGES = ['vite', 'rollup', 'rolldown', 'webpack', 'esbuild', '@rspack/core', 'unplugin'] as const;

const DEPENDENCIES: readonly string[] = Object.keys(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).dependencies);

/** What a build left behind. */
export interface Built {
  readonly status: number | null;
  /** Standard output and error. */
  readonly output: string;
}

/** A project of somebody who uses the plugin: a folder of its own, with the package and the bundlers installed. */
export class Project {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'lading-project-'));

  constructor(files: Readonly<Record<string, string>>) {
    for (const name of [...PACKAGES, ...DEPENDENCIES]) this.link(name, join(ROOT, 'node_modules', name));
    // A copy, as an installed package is: a link would lead Bun to the configuration of TypeScript in the checkout.
    for (const part of ['package.json', 'dist']) cpSync(join(ROOT, part), this.path(`node_modules/lading/${part}`), { recursive: true });
    this.write(files);
  }

  path(file: string): string {
    return join(this.folder, file);
  }

  write(files: Readonly<Record<string, string>>): void {
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(dirname(this.path(file)), { recursive: true });
      writeFileSync(this.path(file), text);
    }
  }

  link(name: string, target: string): void {
    const path = this.path(`node_modules/${name}`);
    mkdirSync(dirname(path), { recursive: true });
    symlinkSync(target, path);
  }

  /** Runs a module of the project. */
  run(script = 'build.mjs', { program = process.execPath, env = {} }: { program?: string; env?: Readonly<Record<string, string>> } = {}): Built {
    const { status, stdout, stderr } = spawnSync(program, script.split(' '), {
      cwd: this.folder,
      encoding: 'utf8',
      env: { ...process.env, ...env, NO_COLOR: '1' },
    });
    return { status, output: stdout + stderr };
  }

  /** Starts a program of the project and ends it, with what it has started, once it has printed a text. */
  async runUntil(script: string, said: RegExp, signal: NodeJS.Signals = 'SIGTERM'): Promise<string> {
    const child = spawn(process.execPath, script.split(' '), { cwd: this.folder, env: { ...process.env, NO_COLOR: '1' } });
    const ended = new Promise((resolve) => child.once('close', resolve));
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        output += chunk;
        if (said.test(output)) child.kill(signal);
      });
    await ended;
    return output;
  }

  /** Unpacks the image and tells where a file of it is then. */
  async unpacked(entry: string): Promise<string> {
    const archive = (await open(this.path('image.tar'))) as ImageArchive;
    const into = this.path('unpacked');
    rmSync(into, { recursive: true, force: true });
    await extractTree(await (await archive.image()).tree(), into);
    await archive.close();
    return join(into, entry);
  }

  /** What `node` prints when it starts a file of the image. */
  async started(entry: string): Promise<string> {
    const { stdout, stderr } = spawnSync(process.execPath, [await this.unpacked(entry)], { cwd: this.path('unpacked/app'), encoding: 'utf8' });
    return stdout + stderr;
  }

  async image(file = 'image.tar'): Promise<Seen> {
    const archive = (await open(this.path(file))) as ImageArchive;
    const { image, names } = archive.images[0] as ImageArchive['images'][number];
    const tree = await image.tree();
    const files = new Map<string, string>();
    const origins = new Map<string, unknown>();
    for (const { path, node } of tree.walk()) {
      if (node.type !== 'file') continue;
      files.set(path, new TextDecoder().decode(await collect(node.body.stream())));
      origins.set(path, node.origin);
    }
    const layers = (await image.history()).map(({ entry }) => (entry?.created_by ?? '').replace('lading: ', ''));
    const { digest } = image.descriptor;
    const config = (await image.config()).config ?? {};
    const digests = (await image.manifest()).layers.map((layer) => layer.digest);
    await archive.close();
    return { names, digest, files, origins, layers, digests, config };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}

/** A project for one test. */
export function newProject(files: Readonly<Record<string, string>>): Project {
  const project = new Project(files);
  onTestFinished(() => project.remove());
  return project;
}

/** What is in an image. */
export interface Seen {
  readonly names: readonly string[];
  readonly digest: string;
  readonly files: ReadonlyMap<string, string>;
  /** The positions of the layers that they are from. */
  readonly origins: ReadonlyMap<string, unknown>;
  /** The steps of its history. */
  readonly layers: readonly string[];
  readonly digests: readonly string[];
  readonly config: object;
}

/** A package that the project depends on, which depends on a second one, in an older release than the project does. */
export const INSTALLED: Readonly<Record<string, string>> = {
  'node_modules/greet/package.json': '{ "name": "greet", "version": "1.0.0", "main": "index.js", "dependencies": { "words": "1" } }',
  'node_modules/greet/index.js': "exports.greet = () => require('words').hello + ' from greet';",
  'node_modules/greet/node_modules/words/package.json': '{ "name": "words", "version": "1.0.0", "main": "index.js" }',
  'node_modules/greet/node_modules/words/index.js': "exports.hello = 'hello';",
  'node_modules/words/package.json': '{ "name": "words", "version": "2.0.0", "main": "index.js" }',
  'node_modules/words/index.js': "exports.hello = 'good day';",
  'node_modules/unused/package.json': '{ "name": "unused", "version": "1.0.0" }',
};

/** A server that uses both, and a module of its own that is loaded later. */
export const SERVER: Readonly<Record<string, string>> = {
  'package.json': '{ "name": "@me/shop", "version": "1.2.0", "type": "module", "dependencies": { "greet": "1", "words": "2" } }',
  'src/main.js':
    "import greet from 'greet';\nimport words from 'words';\nconsole.log(greet.greet(), words.hello);\nimport('./later.js').then(({ later }) => console.log(later));\n",
  'src/later.js': "export const later = 'later';\n",
};

/** The Bun of this machine: one that is installed, or that of the runtimes that the whole suite is run on. */
export function bunProgram(): string | undefined {
  const modules = join(ROOT, 'node_modules/.cache/runtimes/node_modules/@oven');
  const cached = existsSync(modules) ? readdirSync(modules).map((name) => join(modules, name, 'bin/bun')) : [];
  return [...cached, 'bun'].find((program) => spawnSync(program, ['--version']).status === 0);
}
