import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { treeFromDisk } from '../../src/node/index.ts';
import { bytesSource } from '../../src/stream/index.ts';
import { type EntryInit, scanTar } from '../../src/tar/index.ts';
import { type Tree, treeFromTar } from '../../src/tree/index.ts';
import type { Members } from '../support/docker.ts';
import type { PlainImage } from '../support/image.ts';
import { LayoutBuilder, writeFolder } from '../support/layout.ts';
import { tarOf } from '../support/pack.ts';
import { isInstalled, run } from './readers.ts';

/** A program that merges the layers of an image itself. */
export interface Engine {
  /** The file system that it makes of an image. */
  merge(image: PlainImage): Promise<Tree>;
  close(): Promise<void>;
}

const scratch = (): string => mkdtempSync(join(tmpdir(), 'lading-engine-'));

/** Why an engine cannot be asked here; `undefined` if it can. */
export function whyNot(...programs: readonly string[]): string | undefined {
  if (process.getuid?.() !== 0) return 'it needs root';
  const missing = programs.find((program) => !isInstalled(program));
  return missing && `${missing} is not installed`;
}

/** umoci extracts one layer after the other into a folder. */
export function umoci(): Engine {
  const folder = scratch();
  let count = 0;
  return {
    async merge(image) {
      const at = join(folder, String(count++));
      const layout = new LayoutBuilder();
      writeFolder(join(at, 'layout'), layout.members([{ ...layout.image(image), annotations: { 'org.opencontainers.image.ref.name': 'x' } }]));
      run('umoci', ['unpack', '--image', `${join(at, 'layout')}:x`, join(at, 'bundle')]);
      return (await treeFromDisk(join(at, 'bundle/rootfs'))).tree;
    },
    async close() {
      rmSync(folder, { recursive: true });
    },
  };
}

export interface DockerEngine extends Engine {
  /** Loads an archive, and returns the ID of the image that has this tag then. */
  load(archive: Members | Uint8Array, tag: string): Promise<string>;
  /** What a container of a loaded image prints, that has no network. */
  run(tag: string, ...args: readonly string[]): string;
  /** The file system of a loaded image. */
  export(tag: string): Promise<Tree>;
}

/**
 * A Docker engine of its own, on a socket of its own, that copies whole folders (vfs): what is loaded into it is extracted one layer after the other.
 * Where it does not come up, as in a container without rights, the reason.
 */
export async function docker(): Promise<DockerEngine | string> {
  const reason = whyNot('dockerd', 'docker');
  if (reason) return reason;
  const folder = scratch();
  const host = `unix://${join(folder, 'docker.sock')}`;
  const directories = ['--data-root', join(folder, 'data'), '--exec-root', join(folder, 'exec'), '--pidfile', join(folder, 'pid')];
  const network = ['--iptables=false', '--ip6tables=false', '--bridge=none'];
  const engine = spawn('dockerd', [...directories, ...network, '--storage-driver=vfs', '-H', host], { stdio: 'ignore' });
  const ask = (...args: readonly string[]): Buffer => run('docker', ['-H', host, ...args]);
  if (!(await comesUp(() => ask('version'), engine))) {
    await stop(engine);
    rmSync(folder, { recursive: true, force: true });
    return 'dockerd does not start here';
  }
  const load = async (archive: Members | Uint8Array, tag: string): Promise<string> => {
    const path = join(folder, 'image.tar');
    writeFileSync(path, archive instanceof Uint8Array ? archive : await tarOf(archive));
    ask('load', '-i', path);
    return ask('image', 'inspect', '--format', '{{.Id}}', tag).toString().trim();
  };
  const exported = async (tag: string): Promise<Tree> => {
    const container = ask('create', tag, '/none').toString().trim();
    const tar = ask('export', container);
    ask('rm', container);
    return withoutEngine(treeFromTar(await scanTar(bytesSource(new Uint8Array(tar)))));
  };
  return {
    load,
    run: (tag, ...args) => ask('run', '--rm', '--network', 'none', tag, ...args).toString(),
    export: exported,
    async merge(image) {
      await load(savedAs(image), 'test:1');
      const tree = await exported('test:1');
      ask('rmi', '-f', 'test:1');
      return tree;
    },
    async close() {
      await stop(engine);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function savedAs(image: PlainImage): Members {
  const files: EntryInit[] = image.tars.map((body, i) => ({ name: `${i}.tar`, body }));
  const manifest = JSON.stringify([{ Config: 'config.json', RepoTags: ['test:1'], Layers: files.map(({ name }) => name) }]);
  return [...files, { name: 'config.json', body: image.config }, { name: 'manifest.json', body: manifest }];
}

/** What an engine puts into every container. */
const OWN: readonly string[] = ['.dockerenv', 'dev', 'etc/hostname', 'etc/hosts', 'etc/mtab', 'etc/resolv.conf', 'proc', 'sys'];

function withoutEngine(tree: Tree): Tree {
  for (const path of OWN) tree.remove(path);
  if (tree.lookup('etc') && tree.list('etc').length === 0) tree.remove('etc');
  return tree;
}

async function comesUp(act: () => unknown, engine: ChildProcess): Promise<boolean> {
  for (let attempt = 0; attempt < 100 && engine.exitCode === null; attempt++) {
    try {
      act();
      return true;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
  return false;
}

async function stop(engine: ChildProcess): Promise<void> {
  if (engine.exitCode !== null) return;
  const ended = new Promise((resolve) => engine.once('exit', resolve));
  engine.kill();
  await ended;
}
