import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { containerdStore, hybrid } from '../support/docker.ts';
import { LAYERS, plainImage } from '../support/image.ts';
import { json, lading, type Outcome, printed } from './command.ts';
import { makeSamples, tar } from './samples.ts';
import { schemaFaults } from './schema.ts';

const cwd = await makeSamples();
const demo = await plainImage(LAYERS);
const base = await plainImage(LAYERS.slice(0, 1));
const write = (name: string, bytes: Uint8Array): void => writeFileSync(join(cwd, name), bytes);
write('demo.tar', await tar(hybrid({ image: demo, tags: ['demo:1', 'demo:2'] })));
write('base.tar', await tar(hybrid({ image: base, tags: ['base:1'] })));
write('next.tar', await tar(hybrid({ image: await plainImage([[{ name: 'etc/' }, { name: 'etc/version', body: '2' }]]), tags: ['base:2'] })));
write('attested.tar', await tar(containerdStore({ image: demo, tags: ['multi:1'] })));
write('layer.tar', await tar([{ name: 'added', body: 'a' }]));
writeFileSync(join(cwd, 'new.conf'), 'port = 443\n');

/** A run that says on standard error which layers are new, and prints the digest. */
function changed(...args: readonly string[]): Outcome {
  const outcome = lading(args, { cwd });
  expect(outcome).toMatchObject({ status: 0, stdout: expect.stringMatching(/^sha256:[0-9a-f]{64}\n$/) });
  return outcome;
}

const failing = (...args: readonly string[]): [number | null, string] => {
  const { status, stderr } = lading(args, { cwd });
  return [status, stderr];
};
const show = (...args: readonly string[]): string => printed(args, { cwd });
interface Facts {
  readonly tags: readonly string[];
  readonly digest: string;
  readonly platform: unknown;
}
const facts = (path: string): readonly Facts[] => (json(['inspect', path], { cwd }) as { images: Facts[] }).images;
const tagsIn = (path: string): unknown => facts(path).map(({ tags }) => tags);

describe('edit', () => {
  it('takes a path out of every layer, keeps the names of the image, and leaves what is whole', () => {
    const { stderr } = changed('edit', 'demo.tar', '--remove', 'tmp/cache', '-o', 'clean.tar');
    expect(stderr).toBe('lading: layers: 3 before, 3 now; new: layer 0, layer 1\n');
    expect(readFileSync(join(cwd, 'demo.tar')).includes('xxxxx')).toBe(true);
    expect(readFileSync(join(cwd, 'clean.tar')).includes('xxxxx')).toBe(false);
    expect(tagsIn('clean.tar')).toEqual([['demo:1', 'demo:2']]);
    expect([show('verify', 'clean.tar'), show('ls', '-R', 'clean.tar')]).toEqual(['good\n', show('ls', '-R', 'demo.tar')]);
  });

  it('changes permissions, owners, contents and how containers start', () => {
    const paths = ['--chmod', '600:etc/app.conf', '--chown', '7:8:etc/app.conf', '--replace', 'new.conf:/etc/app.conf'];
    const settings = ['--env', 'A=1', '--label', 'a=b', '--unset-env', 'NONE', '--user', 'app', '--annotation', 'k=v'];
    changed('edit', 'demo.tar', ...paths, ...settings, '-t', 'demo:3', '-o', 'oci:edited');
    expect(show('cat', 'edited', 'etc/app.conf')).toBe('port = 443\n');
    expect(json(['find', 'edited', '--name', 'app.conf'], { cwd })).toMatchObject([{ mode: 0o600, uid: 7, gid: 8 }]);
    expect(tagsIn('edited')).toEqual([['demo:3']]);
    expect(show('verify', 'edited')).toBe('good\n');
  });

  it('writes the same bytes in another time zone, with another umask', () => {
    const run = (name: string): Buffer => {
      changed('edit', 'demo.tar', '--remove', 'app', '--label', 'z=1', '--label', 'a=1', '-o', name);
      return readFileSync(join(cwd, name));
    };
    const [zone, mask] = [process.env.TZ, process.umask(0o077)];
    const first = run('first.tar');
    process.env.TZ = 'Asia/Kathmandu';
    process.umask(0o002);
    const second = run('second.tar');
    process.umask(mask);
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
    expect(second.equals(first)).toBe(true);
  });

  it('takes the time of its step from SOURCE_DATE_EPOCH', () => {
    process.env.SOURCE_DATE_EPOCH = '86400';
    changed('edit', 'demo.tar', '--env', 'A=1', '-o', 'dated.tar');
    delete process.env.SOURCE_DATE_EPOCH;
    expect(show('history', 'dated.tar')).toContain('1970-01-02T00:00:00  lading edit');
  });

  it('refuses what makes no sense, and writes nothing then', () => {
    expect(failing('edit', 'demo.tar', '-o', 'no.tar')).toEqual([2, expect.stringContaining('nothing is to change')]);
    expect(failing('edit', 'demo.tar', '--chmod', 'rwx:etc', '-o', 'no.tar')).toEqual([2, expect.stringContaining('MODE is octal')]);
    expect(failing('edit', 'demo.tar', '--chown', 'root:etc', '-o', 'no.tar')).toEqual([2, expect.stringContaining('UID:GID:PATH')]);
    expect(failing('edit', 'demo.tar', '--replace', 'new.conf', '-o', 'no.tar')).toEqual([2, expect.stringContaining('SRC:PATH')]);
    expect(failing('edit', 'demo.tar', '--remove', 'nope', '-o', 'no.tar')).toEqual([3, expect.stringContaining('no layer has it')]);
    expect(failing('edit', 'app.tar', '--remove', 'etc', '-o', 'no.tar')).toEqual([2, expect.stringContaining('holds none')]);
    expect(failing('edit', 'demo.tar', '--remove', 'etc', '-o', 'demo.tar')).toEqual([2, expect.stringContaining('--force')]);
    expect(failing('edit', 'demo.tar', '--remove', 'etc', '-o', '-', '--json')).toEqual([2, expect.stringContaining('Cannot print JSON')]);
    expect(existsSync(join(cwd, 'no.tar'))).toBe(false);
  });

  it('stops where something speaks of the image by its digest, until it is told to leave that behind', () => {
    const [status, stderr] = failing('edit', 'attested.tar', '--remove', 'app', '-o', 'attested-no.tar');
    expect([status, stderr]).toEqual([2, expect.stringMatching(/attestation sha256:[0-9a-f]{64}.*--drop-attestations/)]);
    const report = json(['edit', 'attested.tar', '--remove', 'app', '--drop-attestations', '-o', 'attested-yes.tar'], { cwd });
    expect(schemaFaults('change', report)).toEqual([]);
    expect(report).toMatchObject({ dropped: [expect.stringMatching(/^sha256:/)], layers: [{ made: false }, { made: false }, { made: true }] });
    expect(show('verify', 'attested-yes.tar')).toBe('good\n');
  });
});

describe('an image among others', () => {
  const built = (tag: string, to: string, ...options: readonly string[]): string =>
    show('build', '--add', 'new.conf:/etc/', ...options, '-t', tag, '-o', to).trim();

  it('is changed where it is in an index, and the other platforms stay', () => {
    const index = built('multi:1', 'oci:multi', '--platform', 'linux/amd64', '--platform', 'linux/arm64');
    const [amd64, arm64] = facts('multi');
    changed('edit', 'multi', '--image', index, '--platform', 'linux/arm64', '--label', 'a=b', '-o', 'oci:multi');
    const now = facts('multi');
    expect(now[0]).toEqual(amd64);
    expect(now[1]).toMatchObject({ tags: ['multi:1'], platform: arm64?.platform });
    expect(now[1]?.digest).not.toBe(arm64?.digest);
    expect(show('verify', 'multi')).toBe('good\n');
    changed('edit', 'multi', '--platform', 'linux/amd64', '--label', 'c=d', '-t', 'other:2', '-o', 'other.tar');
    expect(facts('other.tar').map(({ tags }) => tags)).toEqual([['other:2'], ['other:2']]);
    expect(show('verify', 'other.tar')).toBe('good\n');
  });

  it('is not written over the archive that has the others', () => {
    for (const tag of ['one:1', 'two:1']) built(tag, 'oci:two', '--label', `of=${tag}`);
    show('convert', 'two', 'two.tar');
    const before = readFileSync(join(cwd, 'two.tar'));
    expect(failing('edit', 'two.tar', '--image', '@0', '--label', 'a=b', '-o', 'two.tar', '--force')).toEqual([
      2,
      expect.stringMatching(/it also holds "[^"]*two:1", which would be lost/),
    ]);
    expect(readFileSync(join(cwd, 'two.tar')).equals(before)).toBe(true);
  });
});

describe('squash', () => {
  it('makes one layer of all, or of some', () => {
    expect(changed('squash', 'demo.tar', '-o', 'flat.tar').stderr).toBe('lading: layers: 3 before, 1 now; new: layer 0\n');
    expect(changed('squash', 'demo.tar', '1..', '-o', 'top.tar').stderr).toBe('lading: layers: 3 before, 2 now; new: layer 1\n');
    expect(changed('squash', 'demo.tar', '0..1', '-o', 'low.tar').stderr).toBe('lading: layers: 3 before, 2 now; new: layer 0\n');
    for (const path of ['flat.tar', 'top.tar', 'low.tar']) {
      expect(show('diff', '--ignore-time', '--semantic', 'demo.tar', path)).toBe('');
      expect(show('verify', path)).toBe('good\n');
    }
  });

  it('compresses as it is told', () => {
    const report = json(['squash', 'demo.tar', '--compression', 'none', '-o', 'oci-archive:plain.tar:x'], { cwd });
    expect(schemaFaults('change', report)).toEqual([]);
    expect(report).toMatchObject({ kind: 'oci-archive', tags: ['x'], layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar', made: true }] });
  });

  it.each(['1', '2..1', '3..', '0..3', 'all'])('refuses the layers %s', (range) => {
    expect(failing('squash', 'demo.tar', range, '-o', 'no.tar')).toEqual([2, expect.stringContaining('Cannot squash layers')]);
  });
});

describe('append', () => {
  it('puts tars on top as they are', () => {
    expect(changed('append', 'demo.tar', 'layer.tar', 'app.tar.gz', '-o', 'more.tar').stderr).toBe(
      'lading: layers: 3 before, 5 now; new: layer 3, layer 4\n',
    );
    expect(show('cat', 'more.tar', 'added')).toBe('a');
    expect(show('verify', 'more.tar')).toBe('good\n');
  });

  it('refuses what is no tar', () => {
    expect(failing('append', 'demo.tar', 'dir', '-o', 'no.tar')).toEqual([2, expect.stringContaining('build --base')]);
    expect(failing('append', 'demo.tar', 'broken.tar', '-o', 'no.tar')[0]).toBe(3);
    expect(existsSync(join(cwd, 'no.tar'))).toBe(false);
  });
});

describe('rebase', () => {
  it('puts the image’s own layers on another base', () => {
    const { stderr } = changed(
      'rebase',
      'demo.tar',
      '--from',
      'base.tar',
      '--onto',
      'next.tar',
      '--base-name',
      'docker.io/library/base:2',
      '-o',
      'oci:moved',
    );
    expect(stderr).toBe('lading: layers: 3 before, 3 now; new: none\n');
    expect(show('ls', '-R', 'moved').split('\n')).toContain('etc/version');
    expect(show('verify', 'moved')).toBe('good\n');
  });

  it('refuses an image that does not stand on the base', () => {
    expect(failing('rebase', 'demo.tar', '--from', 'next.tar', '--onto', 'base.tar', '-o', 'no.tar')).toEqual([
      3,
      expect.stringContaining('does not stand on the old base'),
    ]);
  });
});
