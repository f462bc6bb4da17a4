import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { failure, json, lading, printed, shell, start } from './command.ts';
import { schemaFaults } from './schema.ts';

const cwd = mkdtempSync(join(tmpdir(), 'lading-build-'));
afterAll(() => rmSync(cwd, { recursive: true }));

function project(name: string): void {
  const at = (path: string): string => join(cwd, name, path);
  mkdirSync(at('lib'), { recursive: true });
  mkdirSync(at('node_modules/x'), { recursive: true });
  writeFileSync(at('main.js'), 'hello()');
  writeFileSync(at('lib/run.sh'), '#!/bin/sh\n', { mode: 0o755 });
  writeFileSync(at('node_modules/x/index.js'), 'x');
  writeFileSync(at('.dockerignore'), 'node_modules\n');
}
project('app');
printed(['build', '--add', 'app:/base', '--cmd', '["sh"]', '--env', 'PATH=/bin', '-t', 'base:1', '-o', 'base.tar'], { cwd });

interface Row {
  readonly path: string;
  readonly mode: number;
  readonly mtime: string;
  readonly uid: number;
}
const rows = (image: string): Row[] => json(['ls', '-R', image], { cwd }) as Row[];

describe('lading build', () => {
  it('puts what is in a folder where it is told to, without what .dockerignore names', () => {
    const digest = printed(['build', '--add', 'app:/srv', '-t', 'a:1', '-o', 'plain.tar'], { cwd });
    expect(digest).toMatch(/^sha256:[0-9a-f]{64}\n$/);
    expect(rows('plain.tar').map(({ path, mode }) => [path, mode])).toEqual([
      ['srv', 0o755],
      ['srv/.dockerignore', 0o644],
      ['srv/lib', 0o755],
      ['srv/lib/run.sh', 0o755],
      ['srv/main.js', 0o644],
    ]);
    expect(lading(['verify', 'plain.tar'], { cwd }).status).toBe(0);
  });

  it('stands on a base, and says what it made', () => {
    const args = ['--base', 'base.tar', '--add', 'app/main.js:/app/', '--entrypoint', '["node","/app/main.js"]', '--env', 'A=1', '--expose', '80'];
    const report = json(['build', ...args, '-t', 'app:1', '-t', 'app:latest', '-o', 'oci:layout'], { cwd }) as Record<string, never>;
    expect(schemaFaults('build', report)).toEqual([]);
    expect(report).toMatchObject({
      kind: 'oci-layout',
      path: 'layout',
      tags: ['app:1', 'app:latest'],
      images: [{ layers: [{ made: false }, { made: true }] }],
    });
    const inspected = json(['inspect', 'oci:layout:app:1'], { cwd }) as { images: { tags: string[]; digest: string; config: object }[] };
    const [image] = inspected.images;
    expect(image).toMatchObject({
      digest: report.digest,
      config: { config: { Entrypoint: ['node', '/app/main.js'], Env: ['PATH=/bin', 'A=1'], ExposedPorts: { '80/tcp': {} } } },
    });
    expect(image?.tags).toEqual(['app:1', 'app:latest']);
  });

  it('makes one image for each platform, and one index of them', () => {
    const report = json(['build', '--add', 'app:/', '--platform', 'linux/amd64', '--platform', 'linux/arm64', '-t', 'm:1', '-o', 'oci:multi'], {
      cwd,
    });
    expect(report).toMatchObject({ images: [{ platform: { architecture: 'amd64' } }, { platform: { architecture: 'arm64' } }] });
    expect(printed(['ls', '--platform', 'linux/arm64', 'multi', 'lib'], { cwd })).toContain('run.sh');
    expect(lading(['ls', 'multi'], { cwd }).status).toBe(2);
  });

  it('makes the same of two checkouts that differ in times, permissions and time zone', () => {
    cpSync(join(cwd, 'app'), join(cwd, 'elsewhere/app'), { recursive: true });
    utimesSync(join(cwd, 'elsewhere/app/main.js'), 1e9, 1e9);
    chmodSync(join(cwd, 'elsewhere/app/main.js'), 0o600);
    printed(['build', '--add', 'app:/', '-t', 's:1', '-o', 'one.tar'], { cwd });
    const other = shell('umask 077; TZ=Asia/Tokyo lading build --add elsewhere/app:/ -t s:1 -o other.tar', cwd);
    expect(other.stderr).toBe('');
    expect(readFileSync(join(cwd, 'other.tar')).equals(readFileSync(join(cwd, 'one.tar')))).toBe(true);
  });

  it('takes its time from SOURCE_DATE_EPOCH', () => {
    expect(shell('SOURCE_DATE_EPOCH=86400 lading build --add app:/ -o dated.tar', cwd).stderr).toBe('');
    expect(rows('dated.tar').every(({ mtime }) => mtime.startsWith('1970-01-02T00:00:00'))).toBe(true);
    expect((json(['inspect', 'dated.tar'], { cwd }) as { images: unknown[] }).images[0]).toMatchObject({
      config: { created: '1970-01-02T00:00:00Z' },
    });
    expect(shell('SOURCE_DATE_EPOCH=soon lading build --add app:/ -o never.tar', cwd)).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('SOURCE_DATE_EPOCH'),
    });
  });

  it('keeps what the disk says when asked', () => {
    utimesSync(join(cwd, 'app/main.js'), 1e9, 1e9);
    printed(['build', '--preserve', '--add', 'app/main.js:/main.js', '-o', 'kept.tar'], { cwd });
    expect(rows('kept.tar')[0]).toMatchObject({ path: 'main.js', mtime: '2001-09-09T01:46:40.000000000Z', uid: process.getuid?.() });
  });

  it('adds what is in a tar', () => {
    expect(shell('tar -C app -czf part.tgz lib && lading build --add-tar part.tgz:/opt -o added.tar', cwd).status).toBe(0);
    expect(rows('added.tar').map(({ path }) => path)).toEqual(['opt', 'opt/lib', 'opt/lib/run.sh']);
  });

  it.each<[string, string[], RegExp]>([
    ['nothing to add', [], /nothing: give --add/],
    ['no destination in the image', ['--add', 'app'], /SRC:DEST/],
    ['a relative destination', ['--add', 'app:srv'], /absolute path/],
    ['a base that is no image', ['--base', 'app', '--add', 'app:/'], /it is a folder, no image/],
    ['an image as a tar', ['--add-tar', 'base.tar:/'], /docker-archive, no plain tar/],
    ['a relative workdir', ['--add', 'app:/', '--workdir', 'app'], /Cannot set --workdir to "app"/],
    ['a port that there is not', ['--add', 'app:/', '--expose', '99999'], /Cannot set --expose to "99999"/],
    ['a relative volume', ['--add', 'app:/', '--volume', 'rel'], /Cannot set --volume to "rel"/],
    ['no signal', ['--add', 'app:/', '--stop-signal', 'FOO'], /Cannot set --stop-signal to "FOO"/],
    ['an empty healthcheck', ['--add', 'app:/', '--healthcheck', '{}'], /Cannot set --healthcheck to {}: it is an object whose "test"/],
    ['a user of two groups', ['--add', 'app:/', '--user', 'a:b:c'], /Cannot set --user to "a:b:c"/],
    ['a label without a name', ['--add', 'app:/', '--label', '=x'], /--label .*NAME=VALUE/],
    ['words that are no JSON', ['--add', 'app:/', '--cmd', 'node main.js'], /JSON such as/],
    ['two images for one platform', ['--add', 'app:/', '--platform', 'linux/arm64', '--platform', 'linux/arm64'], /two images for linux\/arm64/],
    ['a level that the compression has not', ['--add', 'app:/', '--compression', 'gzip', '--level', '10'], /gzip has the levels 0 to 9/],
    ['a level of no compression', ['--add', 'app:/', '--compression', 'none', '--level', '9'], /give --compression/],
    ['what is no reference', ['--add', 'app:/', '-t', 'My App'], /reference/],
    ['two ways to name the image', ['--add', 'app:/', '-t', 'a:1', '-o', 'oci:never:a'], /both --tag and the destination/],
    ['to write into what is added', ['--add', 'app:/', '-o', 'oci:app'], /write beside it/],
    ['a file that is there', ['--add', 'app:/', '-o', 'base.tar'], /base.tar.*--force/],
  ])('refuses %s', (_, args, message) => {
    const { status, message: text } = failure(['build', '-o', 'refused.tar', ...args], { cwd });
    expect([status, text]).toEqual([2, expect.stringMatching(message)]);
    expect(existsSync(join(cwd, 'refused.tar'))).toBe(false);
  });

  it.each<[string, string, number, string]>([
    ['a file where the base has a directory', 'app/main.js:/base', 3, 'EISDIR'],
    ['a folder where the base has a file', 'app:/base/main.js', 3, 'EEXIST'],
    ['a folder below a file of the base', 'app:/base/main.js/x', 3, 'ENOTDIR'],
    ['what is not there', 'nowhere:/', 3, 'INPUT_UNREADABLE'],
    ['a link to nothing', 'dangling:/', 3, 'INPUT_UNREADABLE'],
    ['a destination outside the root', 'app:/../x', 3, 'PATH_ESCAPES'],
    ['a name that a layer cannot hold', 'wh:/', 3, 'EINVAL'],
    ['a FIFO', 'pipe:/fifo', 3, 'INPUT_KIND'],
  ])('says why it cannot add %s', (_, addition, status, code) => {
    shell('ln -sfn nowhere dangling; mkdir -p wh; touch wh/.wh.x; test -p pipe || mkfifo pipe', cwd);
    const { code: found, status: ended } = failure(['build', '--base', 'base.tar', '--add', addition, '-o', 'refused.tar'], { cwd });
    expect([ended, found]).toEqual([status, code]);
    expect(existsSync(join(cwd, 'refused.tar'))).toBe(false);
  });

  it('says what it cannot look at', () => {
    shell('ln -sfn loop loop', cwd);
    expect(failure(['build', '--add', 'loop:/', '-o', 'refused.tar'], { cwd })).toMatchObject({ status: 3, code: 'INPUT_UNREADABLE' });
    expect(failure(['build', '--add', 'app:/', '-o', 'loop/x.tar'], { cwd })).toMatchObject({ status: 3, code: 'OUTPUT_FAILED' });
  });

  it('ends with a file that changes while it is read, or at Ctrl-C, and leaves nothing', async () => {
    shell('mkdir -p large; head -c 200000000 /dev/urandom > large/file', cwd);
    const running = async (name: string, act: (pid: number) => void): Promise<[unknown, string]> => {
      const scratch = mkdtempSync(join(tmpdir(), 'lading-scratch-'));
      const child = start(['build', '--add', 'large:/', '-o', name], cwd, { TMPDIR: scratch });
      const watcher = watch(scratch, () => {
        watcher.close();
        act(child.pid as number); // a layer of that size waits in a temporary file, and is being compressed
      });
      let text = '';
      child.stderr?.on('data', (chunk) => {
        text += chunk;
      });
      const status = await new Promise((ended) => child.once('close', (code, signal) => ended(code ?? signal)));
      rmSync(scratch, { recursive: true });
      return [status, text];
    };
    const grow = (): void => appendFileSync(join(cwd, 'large/file'), 'more');
    expect(await running('changed.tar', grow)).toEqual([3, expect.stringContaining('the file changed')]);
    expect(await running('stopped.tar', (pid) => process.kill(pid, 'SIGINT'))).toEqual(['SIGINT', expect.any(String)]);
    expect(readdirSync(cwd).filter((name) => /changed|stopped|\.lading|tmp/.test(name))).toEqual([]);
  });

  it('follows a link that is named, and none in a folder', () => {
    shell('mkdir -p linked; ln -sfn ../app/main.js linked/to-file; ln -sfn app to-app; ln -sfn app/main.js to-main', cwd);
    printed(['build', '--add', 'to-app:/app', '--add', 'to-main:/main/', '--add', 'linked:/linked', '-o', 'links.tar'], { cwd });
    const types = Object.fromEntries(
      (json(['ls', '-R', 'links.tar'], { cwd }) as { path: string; type: string }[]).map((row) => [row.path, row.type]),
    );
    expect(types).toMatchObject({ 'app/main.js': 'file', 'main/to-main': 'file', 'linked/to-file': 'symlink' });
  });

  it('reads a .dockerignore that is a link, and refuses one that leads nowhere', () => {
    shell(
      'mkdir -p ignoring; touch ignoring/secret ignoring/kept; echo secret > ignoring/.gitignore; ln -sfn .gitignore ignoring/.dockerignore',
      cwd,
    );
    printed(['build', '--add', 'ignoring:/', '-o', 'ignoring.tar'], { cwd });
    expect(rows('ignoring.tar').map(({ path }) => path)).toEqual(['.dockerignore', '.gitignore', 'kept']);
    shell('rm ignoring/.gitignore', cwd);
    expect(failure(['build', '--add', 'ignoring:/', '-o', 'refused.tar'], { cwd })).toMatchObject({ status: 3, code: 'ENOENT' });
  });

  it('refuses a .dockerignore with a line that is no pattern', () => {
    shell("mkdir -p unclear; printf 'a\\nb[\\n' > unclear/.dockerignore", cwd);
    const refused = failure(['build', '--add', 'unclear:/', '-o', 'refused.tar'], { cwd });
    expect(refused).toMatchObject({ status: 3, code: 'EINVAL', message: expect.stringContaining('"b[": line 2 of the .dockerignore is no pattern') });
  });

  it('keeps devices, FIFOs and names of any bytes, and says what it leaves out', () => {
    const make = `import os, socket; os.makedirs('odd', exist_ok=True); os.mkfifo('odd/pipe'); open(b'odd/\\xff', 'w'); socket.socket(socket.AF_UNIX).bind('odd/socket')`;
    expect(shell(`python3 -c "${make}"`, cwd).stderr).toBe('');
    const { stderr } = lading(['build', '--add', 'odd:/', '-o', 'odd.tar'], { cwd });
    expect(stderr).toBe('lading: left out socket: a tree holds no sockets\n');
    expect(json(['ls', '-R', 'odd.tar'], { cwd })).toMatchObject([
      { path: 'pipe', type: 'fifo' },
      { path: '\udcff', pathBytes: '/w==' },
    ]);
  });

  it('leaves what it writes out of what it makes', () => {
    shell('mkdir -p self; touch self/file', cwd);
    const first = printed(['build', '--add', 'self:/', '-o', 'self/image.tar'], { cwd });
    const again = lading(['build', '--force', '--add', 'self:/', '-o', 'self/image.tar'], { cwd });
    expect(again).toMatchObject({ stdout: first, stderr: 'lading: left out image.tar: the image is written there\n' });
  });

  it('replaces the base that it stands on', () => {
    shell('cp base.tar own.tar', cwd);
    printed(['build', '--base', 'own.tar', '--add', 'app/main.js:/new/', '-o', 'own.tar', '--force'], { cwd });
    expect(rows('own.tar').map(({ path }) => path)).toContain('new/main.js');
    expect(lading(['verify', 'own.tar'], { cwd }).status).toBe(0);
  });

  it('calls an image as an engine does', () => {
    printed(['build', '--add', 'app:/', '-t', 'app', '-o', 'called.tar'], { cwd });
    expect((json(['inspect', 'called.tar'], { cwd }) as { images: unknown[] }).images).toMatchObject([{ tags: ['app:latest'] }]);
  });

  it('says which platforms the base has', () => {
    const { status, code } = failure(['build', '--base', 'base.tar', '--platform', 'linux/arm64', '--add', 'app:/', '-o', 'refused.tar'], { cwd });
    expect([status, code]).toEqual([3, 'IMAGE_NOT_FOUND']);
  });
});

describe('lading import', () => {
  it('makes an image of one layer that is the tar', () => {
    shell('tar --owner=7 --mtime=@1000000000 -C app -cf root.tar lib main.js', cwd);
    const report = json(['import', 'root.tar', '-t', 'r:1', '--cmd', '["/main.js"]', '-o', 'imported.tar'], { cwd });
    expect(schemaFaults('build', report)).toEqual([]);
    expect(json(['ls', '-R', '--digest', 'imported.tar'], { cwd })).toEqual(
      (json(['ls', '-R', '--digest', 'root.tar'], { cwd }) as object[]).map((row) => ({ ...row, layer: 0 })),
    );
  });

  it.each([
    ['base.tar', 'convert'],
    ['app', 'build --add app:/'],
  ])('says which verb is for %s', (input, verb) => {
    expect(failure(['import', input, '-o', 'refused.tar'], { cwd })).toMatchObject({ status: 2, message: expect.stringContaining(verb) });
  });

  it('takes a pipe', () => {
    expect(shell('gzip -c root.tar | lading import - -o - | lading ls -R - | sort | head -1', cwd)).toMatchObject({ stdout: 'lib\n' });
  });
});
