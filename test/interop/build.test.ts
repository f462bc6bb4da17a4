import {
  chmodSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { digestStream } from '../../src/digest/index.ts';
import { treeFromDisk } from '../../src/node/index.ts';
import { open } from '../../src/open.ts';
import { bytesSource } from '../../src/stream/index.ts';
import { scanTar } from '../../src/tar/index.ts';
import { type Tree, treeFromTar } from '../../src/tree/index.ts';
import { printed } from '../cli/command.ts';
import { imagesOf } from '../support/open.ts';
import { type DockerEngine, docker as startDocker, whyNot } from './engines.ts';
import { isInstalled, run } from './readers.ts';

const cwd = mkdtempSync(join(tmpdir(), 'lading-built-'));
afterAll(() => rmSync(cwd, { recursive: true }));

const busybox = '/bin/busybox';
const platform = `linux/${process.arch === 'x64' ? 'amd64' : process.arch}`;

function put(path: string, text: string, mode = 0o644): void {
  mkdirSync(dirname(join(cwd, path)), { recursive: true });
  writeFileSync(join(cwd, path), text);
  chmodSync(join(cwd, path), mode);
}

/** A folder as a root of Debian is: everything in /usr, links that lead there, the shell and what it needs to run. */
function makeRoot(): void {
  for (const directory of ['usr/bin', 'usr/lib', 'usr/lib64', 'etc', 'var/srv/kept']) mkdirSync(join(cwd, 'root', directory), { recursive: true });
  for (const name of ['bin', 'lib', 'lib64']) symlinkSync(`usr/${name}`, join(cwd, 'root', name));
  symlinkSync('var/srv', join(cwd, 'root/srv'));
  for (const program of ['/bin/sh', '/bin/cat']) {
    copyFileSync(program, join(cwd, 'root/usr/bin', basename(program)));
    for (const [, library] of run('ldd', [program])
      .toString()
      .matchAll(/(\/lib\S*) \(/g)) {
      mkdirSync(dirname(join(cwd, 'root/usr', library as string)), { recursive: true });
      copyFileSync(library as string, join(cwd, 'root/usr', library as string));
    }
  }
  put('root/etc/motd', 'of the base\n');
  put('root/etc/group', 'app:x:7:\n');
}

/** A folder with what an archive has to be careful with. */
function makeApplication(): void {
  put('app/main.sh', '#!/bin/sh\ncat /etc/motd message\necho "$GREETING, $1"\n', 0o755);
  put('app/message', 'of the application\n');
  put('app/secret', 'none of the image');
  put('app/.dockerignore', 'secret\n');
  put(`app/${'long '.repeat(30)}/naïve`, 'x');
  put('app/tool', 'setuid', 0o4755);
  linkSync(join(cwd, 'app/message'), join(cwd, 'app/linked'));
  symlinkSync('message', join(cwd, 'app/link'));
  run('mkfifo', [join(cwd, 'app/pipe')]);
  put('motd', 'of the build\n');
  utimesSync(join(cwd, 'app/tool'), 1e9, 1e9 + 0.123);
}

/** Both images, each as a docker-archive and in a layout. */
function build(): void {
  run('tar', ['--owner=0', '--group=0', '--mtime=@1000000000', '-C', join(cwd, 'root'), '-cf', join(cwd, 'root.tar'), '.']);
  const base = ['import', 'root.tar', '--platform', platform, '--cmd', '["/bin/sh"]', '--env', 'PATH=/usr/bin', '-t', 'base:1', '-o', 'base.tar'];
  printed(base, { cwd });
  const container = ['--workdir', '/srv/app', '--entrypoint', '["/srv/app/main.sh"]', '--cmd', '["world"]', '--env', 'GREETING=hello'];
  for (const output of ['docker-archive:on-base.tar:on-base:1', 'oci:layout:example/on-base:1'])
    printed(['build', '--base', 'base.tar', '--preserve', '--add', 'app:/srv/app', '--add', 'motd:/etc/', ...container, '-o', output], { cwd });
  mkdirSync(join(cwd, 'static'));
  copyFileSync(busybox, join(cwd, 'static/busybox'));
  symlinkSync('busybox', join(cwd, 'static/sh'));
  const words = ['--entrypoint', '["/bin/sh","-c"]', '--cmd', '["id -u; id -g; pwd; cat /data/message"]', '--user', '7:8', '--workdir', '/data'];
  for (const output of ['docker-archive:from-nothing.tar:from-nothing:1', 'oci:layout:from-nothing'])
    printed(['build', '--platform', platform, '--add', 'static:/bin', '--add', 'app/message:/data/', ...words, '-o', output], { cwd });
}

const NAMES = ['on-base', 'from-nothing'];
/** In the layout one has a whole reference, the other a tag alone. */
const inLayout = (name: string): string => `${join(cwd, 'layout')}:${name === 'on-base' ? 'example/on-base:1' : name}`;
const missing = existsSync(busybox) ? whyNot('tar', 'ldd') : 'busybox is not installed';
if (!missing) {
  makeRoot();
  makeApplication();
  build();
}

/** Everything that a layer says of each path, but for parts of a second, which not every engine keeps. The engines write into /etc themselves. */
async function rowsOf(tree: Tree): Promise<string[]> {
  const rows: string[] = [];
  for (const { path, node } of tree.walk()) {
    const content = node.type === 'file' ? await digestStream(node.body.stream()) : node.type === 'symlink' ? node.target : '';
    const links = tree.hardLinks().get(node)?.join(' = ') ?? '';
    const time = path === 'etc' ? '' : node.mtime.seconds;
    rows.push([path, node.type, node.mode.toString(8), `${node.uid}:${node.gid}`, time, content, links].join(' | '));
  }
  return rows;
}

async function ours(name: string): Promise<string[]> {
  const archive = imagesOf(await open(join(cwd, `${name}.tar`)));
  return rowsOf(await (await archive.image()).tree()).finally(() => archive.close());
}

function suite(name: string, why: string | undefined, cases: () => void): void {
  describe.skipIf(why)(why ? `${name} (skipped: ${why})` : name, cases);
}

const engine = missing ?? (await startDocker());

suite('Docker', typeof engine === 'string' ? engine : undefined, () => {
  const docker = engine as DockerEngine;
  afterAll(() => docker.close());

  it.each<[string, readonly string[], string]>([
    ['on-base', [], 'of the build\nof the application\nhello, world\n'],
    ['on-base', ['engine'], 'of the build\nof the application\nhello, engine\n'],
    ['from-nothing', [], '7\n8\n/data\nof the application\n'],
  ])('loads and runs what build made: %s %j', async (name, args, output) => {
    await docker.load(readFileSync(join(cwd, `${name}.tar`)), `${name}:1`);
    expect(docker.run(`${name}:1`, ...args)).toBe(output);
  });

  it.each(NAMES)('shows the files of %s as we do', async (name) => {
    await docker.load(readFileSync(join(cwd, `${name}.tar`)), `${name}:1`);
    expect(await rowsOf(await docker.export(`${name}:1`))).toEqual(await ours(name));
  });
});

suite('podman', missing ?? whyNot('podman'), () => {
  const podman = (...args: readonly string[]): Buffer =>
    run('podman', ['--root', join(cwd, 'podman'), '--runroot', join(cwd, 'run'), '--storage-driver', 'vfs', ...args]);

  it.each(NAMES)('loads %s, and shows its files as we do', async (name) => {
    podman('load', '-q', '-i', join(cwd, `${name}.tar`));
    const container = podman('create', `${name}:1`).toString().trim();
    const tar = join(cwd, `${name}.podman.tar`); // it opens /dev/stdout by its path, which is no pipe
    podman('export', '-o', tar, container);
    podman('rm', container);
    podman('rmi', '-f', `${name}:1`);
    expect(await rowsOf(treeFromTar(await scanTar(bytesSource(readFileSync(tar)))))).toEqual(await ours(name));
  });
});

suite('umoci', missing ?? whyNot('umoci'), () => {
  it.each(NAMES)('unpacks %s as we do', async (name) => {
    run('umoci', ['unpack', '--image', inLayout(name), join(cwd, `bundle-${name}`)]);
    expect(await rowsOf((await treeFromDisk(join(cwd, `bundle-${name}/rootfs`))).tree)).toEqual(await ours(name));
  });
});

suite('skopeo', missing ?? (isInstalled('skopeo') ? undefined : 'skopeo is not installed'), () => {
  it.each(NAMES)('inspects %s and copies it as it is', (name) => {
    const place = `oci:${inLayout(name)}`;
    const inspected = JSON.parse(run('skopeo', ['inspect', place]).toString());
    expect([inspected.Os, inspected.Layers.length]).toEqual(['linux', name === 'on-base' ? 3 : 2]);
    run('skopeo', ['--insecure-policy', 'copy', '-q', '--preserve-digests', place, `oci:${join(cwd, `copy-${name}`)}:x`]);
    expect(JSON.parse(readFileSync(join(cwd, `copy-${name}/index.json`), 'utf8')).manifests[0].digest).toBe(inspected.Digest);
    expect(JSON.parse(run('skopeo', ['inspect', `docker-archive:${join(cwd, `${name}.tar`)}`]).toString()).Layers).toHaveLength(
      inspected.Layers.length,
    );
  });
});
