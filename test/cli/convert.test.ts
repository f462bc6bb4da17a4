import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { digestOf } from '../../src/digest/index.ts';
import { classic, containerdStore, hybrid } from '../support/docker.ts';
import { LAYERS, plainImage } from '../support/image.ts';
import { LayoutBuilder, writeFolder } from '../support/layout.ts';
import { failure, json, lading, MAIN, printed, printedBytes, shell } from './command.ts';
import { makeSamples, tar } from './samples.ts';
import { schemaFaults } from './schema.ts';

const cwd = await makeSamples();
const demo = await plainImage(LAYERS);
const base = await plainImage(LAYERS.slice(0, 1));
const write = (name: string, bytes: Uint8Array): void => writeFileSync(join(cwd, name), bytes);
write('demo.tar', await tar(classic({ image: demo, tags: ['demo:1'] })));
write('two.tar', await tar(hybrid({ image: demo, tags: ['demo:1'] }, { image: base, tags: ['base:1'] })));
write('platforms.tar', await tar(containerdStore({ image: demo, tags: ['multi:1'] }, [base])));
const layout = new LayoutBuilder();
writeFolder(
  join(cwd, 'tag-only'),
  layout.members([{ ...layout.image(demo, { packing: 'gzip' }), annotations: { 'org.opencontainers.image.ref.name': 'v1' } }]),
);

interface Shown {
  readonly kind: string;
  readonly images: readonly {
    readonly tags: readonly string[];
    readonly imageId: string;
    readonly digest: string;
    readonly layers: readonly { diffId: string; digest: string }[];
  }[];
}
const shown = (path: string, ...more: string[]): Shown => json(['inspect', path, ...more], { cwd }) as Shown;
const told = (...args: string[]): string => lading(['convert', ...args], { cwd }).stderr;

describe('convert', () => {
  it('says of which image no engine loads an archive', async () => {
    write(
      'rootless.tar',
      await tar(hybrid({ image: await plainImage(LAYERS, { rootfs: undefined }), tags: ['rootless:1'] }, { image: demo, tags: ['demo:1'] })),
    );
    const note = 'lading: engines do not load rootless:1 (linux/amd64): its configuration has no rootfs\n';
    expect(told('rootless.tar', 'rootless-2.tar')).toBe(note);
    expect(told('rootless.tar', 'rootless-3.tar', '--json')).toBe(note);
    expect(told('rootless.tar', 'oci:rootless')).toBe('');
  });

  it('goes through every form and keeps image IDs and diffIDs', () => {
    for (const [from, to] of [
      ['demo.tar', 'oci:a'],
      ['oci:a', 'oci-archive:b.tar'],
      ['oci-archive:b.tar', 'docker-archive:c.tar'],
      ['c.tar', 'd.tar'],
    ])
      printed(['convert', from as string, to as string], { cwd });
    const facts = (path: string) => shown(path).images.map(({ tags, imageId, layers }) => [tags, imageId, layers.map(({ diffId }) => diffId)]);
    expect(['a', 'b.tar', 'c.tar', 'd.tar'].map((path) => shown(path).kind)).toEqual([
      'oci-layout',
      'oci-archive',
      'docker-archive',
      'docker-archive',
    ]);
    for (const path of ['a', 'b.tar', 'c.tar', 'd.tar']) expect(facts(path)).toEqual(facts('demo.tar'));
    expect(readFileSync(join(cwd, 'c.tar'))).toEqual(readFileSync(join(cwd, 'd.tar')));
    for (const path of ['a', 'b.tar', 'c.tar']) expect(printed(['verify', path], { cwd })).toBe('good\n');
  });

  it('writes without recompression the manifest that inspect shows', () => {
    printed(['convert', 'demo.tar', 'oci:none', '--compression', 'none'], { cwd });
    const raw = printedBytes(['inspect', '--raw', 'manifest', 'demo.tar'], { cwd });
    expect(shown('none').images[0]?.digest).toBe(digestOf(raw));
    expect(readFileSync(join(cwd, 'none/blobs/sha256', digestOf(raw).slice(7)))).toEqual(Buffer.from(raw));
  });

  it('compresses where that is asked for, and says what has another digest then', () => {
    const before = digestOf(printedBytes(['inspect', '--raw', 'manifest', 'demo.tar'], { cwd }));
    const said = told('demo.tar', 'oci:packed', '--compression', 'gzip', '--jobs', '1');
    const after = shown('packed').images[0]?.digest as string;
    expect(said).toBe(`lading: the manifest of demo:1 (linux/amd64) is ${after} now; it was ${before}\n`);
    expect(printed(['inspect', '--registry-digest', 'demo.tar'], { cwd })).toBe(`${after}  demo:1\n`);
    expect(printed(['inspect', '--registry-digest=none', 'packed'], { cwd })).toBe(`${before}  demo:1\n`);
    expect(schemaFaults('registry-digest', json(['inspect', '--registry-digest', 'two.tar'], { cwd }))).toEqual([]);
    expect(told('platforms.tar', 'oci:unpacked', '--compression', 'none')).toContain(
      'an attestation of multi:1 (linux/amd64) still names the old digest',
    );
    expect(told('packed', 'packed-archive.tar', '--compression', 'none')).toContain('the manifest of demo:1');
    expect(shown('packed-archive.tar').images[0]?.digest).toBe(before);
  });

  it('prints JSON of its schema', () => {
    const result = json(['convert', 'two.tar', 'oci:two', '--compression', 'gzip'], { cwd }) as { images: object[] };
    expect(schemaFaults('convert', result)).toEqual([]);
    expect(result).toMatchObject({
      kind: 'oci-layout',
      path: 'two',
      images: [
        { tags: ['demo:1'], imageId: digestOf(demo.config), changed: true },
        { tags: ['base:1'], changed: true },
      ],
    });
    expect(schemaFaults('convert', json(['copy', 'platforms.tar', 'oci-archive:platforms-2.tar'], { cwd }))).toEqual([]);
  });

  it('adds to a layout that is there, and takes the name that the destination gives', () => {
    printed(['convert', 'two.tar', '--image', 'demo:1', 'oci:added:app:7'], { cwd });
    printed(['convert', 'two.tar', '--image', 'base:1', 'oci:added'], { cwd });
    expect(shown('added').images.map(({ tags }) => tags)).toEqual([['app:7'], ['base:1']]);
    printed(['convert', 'oci:added:base:1', 'docker-archive:renamed.tar:other'], { cwd });
    expect(shown('renamed.tar').images.map(({ tags }) => tags)).toEqual([['other:latest']]);
  });

  it('takes all platforms, or the one that is chosen', () => {
    printed(['convert', 'platforms.tar', 'oci:all'], { cwd });
    expect(shown('all').images).toHaveLength(2);
    printed(['convert', 'platforms.tar', '--platform', 'linux/arm64', 'oci:one'], { cwd });
    expect(shown('one').images.map(({ imageId }) => imageId)).toEqual([digestOf(base.config)]);
  });

  it('writes to standard output, and the classic form', () => {
    const { status } = shell('lading convert two.tar -o - | lading inspect - > piped.txt', cwd);
    expect([status, readFileSync(join(cwd, 'piped.txt'), 'utf8').includes('base:1')]).toEqual([0, true]);
    const packed = told('tag-only', 'docker-archive:old.tar:app:1', '--classic');
    expect([packed.includes('the manifest of app:1'), shown('old.tar')]).toMatchObject([
      true,
      { kind: 'docker-archive', images: [{ tags: ['app:1'], imageId: digestOf(demo.config) }] },
    ]);
  });

  it('says what a docker-archive cannot tell an engine', () => {
    expect(told('tag-only', 'docker-archive:lost.tar')).toBe(
      'lading: engines will load v1 without a tag, for it names no repository; give docker-archive:PATH:NAME:TAG\n',
    );
  });

  it.each<[string, readonly string[], object]>([
    ['a file that is there', ['demo.tar', 'two.tar'], { status: 2, code: 'OUTPUT_EXISTS' }],
    ['a folder that is something else', ['demo.tar', 'oci:dir'], { status: 2, code: 'OUTPUT_EXISTS' }],
    ['a layout where a file is', ['demo.tar', 'oci:app.tar'], { status: 2, code: 'OUTPUT_EXISTS' }],
    ['a registry', ['demo.tar', 'docker://host/app'], { status: 3, code: 'TRANSPORT_UNSUPPORTED' }],
    ['no destination', ['demo.tar'], { status: 2, code: 'USAGE' }],
    ['two destinations', ['demo.tar', 'oci:x', '-o', 'y.tar'], { status: 2, code: 'USAGE' }],
    ['a plain tar', ['app.tar', 'oci:x'], { status: 2, code: 'USAGE' }],
    ['one name for several images', ['two.tar', 'oci:x:app'], { status: 2, code: 'USAGE' }],
    ['an image that is not there', ['two.tar', '--image', 'none:1', 'oci:x'], { status: 3, code: 'IMAGE_NOT_FOUND' }],
    ['a level of nothing', ['demo.tar', 'oci:x', '--level', '3'], { status: 2, code: 'USAGE' }],
    ['a level that there is not', ['demo.tar', 'oci:x', '--compression', 'gzip', '--level', '12'], { status: 2, code: 'USAGE' }],
    ['compressed layers in the classic form', ['demo.tar', 'x.tar', '--classic', '--compression', 'gzip'], { status: 2, code: 'USAGE' }],
    ['the classic form of a layout', ['demo.tar', 'oci:x', '--classic'], { status: 2, code: 'USAGE' }],
  ])('does not take %s', (_, args, error) => {
    expect(failure(['convert', ...args], { cwd })).toMatchObject(error);
    expect(existsSync(join(cwd, 'x'))).toBe(false);
  });

  it('replaces a file with --force, also the one that it reads', () => {
    cpSync(join(cwd, 'two.tar'), join(cwd, 'self.tar'));
    printed(['convert', 'self.tar', 'self.tar', '--force', '--image', 'base:1'], { cwd });
    expect(shown('self.tar').images.map(({ tags }) => tags)).toEqual([['base:1']]);
  });
});

describe('a conversion that is killed', () => {
  const big = Uint8Array.from({ length: 6_000_000 }, (_, i) => (Math.imul(i + 1, 2654435761) >>> 11) % 256);
  const killed = async (args: readonly string[], after: number): Promise<void> => {
    const child = spawn(process.execPath, [MAIN, ...args], { cwd, stdio: 'ignore' });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    const timer = setTimeout(() => child.kill('SIGKILL'), after);
    await ended;
    clearTimeout(timer);
  };

  it('leaves the old state or the new, at 20 moments, and a second run finishes', async () => {
    const image = await plainImage([[{ name: 'a', body: big }], [{ name: 'b', body: big.subarray(7) }], [{ name: 'c', body: 'c' }]]);
    write('big.tar', await tar(classic({ image, tags: ['big:1'] })));
    printed(['convert', 'demo.tar', 'oci:before'], { cwd });
    const begun = performance.now();
    printed(['convert', 'big.tar', 'oci:timed'], { cwd });
    const whole = performance.now() - begun;
    for (let i = 0; i < 20; i++) {
      const moment = Math.random() * whole * 1.1;
      rmSync(join(cwd, 'target'), { recursive: true, force: true });
      cpSync(join(cwd, 'before'), join(cwd, 'target'), { recursive: true });
      const form = i % 3 === 2 ? 'oci-archive:target.tar' : 'oci:target';
      await killed(['convert', 'big.tar', form, '--force'], moment);
      if (i % 3 === 2) {
        if (existsSync(join(cwd, 'target.tar'))) expect(lading(['verify', 'target.tar'], { cwd })).toMatchObject({ status: 0 });
        printed(['convert', 'big.tar', form, '--force'], { cwd });
        rmSync(join(cwd, 'target.tar'));
        expect(readdirSync(cwd).filter((name) => name.startsWith('.'))).toEqual([]);
      } else {
        expect(['demo:1', 'demo:1 big:1']).toContain(
          shown('target')
            .images.flatMap(({ tags }) => tags)
            .join(' '),
        );
        expect(lading(['verify', 'target'], { cwd })).toMatchObject({ status: 0 });
        printed(['convert', 'big.tar', form], { cwd });
        expect(shown('target').images.flatMap(({ tags }) => tags)).toEqual(['demo:1', 'big:1']);
        expect(readdirSync(join(cwd, 'target')).sort()).toEqual(['blobs', 'index.json', 'oci-layout']);
      }
    }
  }, 120_000);

  it('removes what it has begun where it is interrupted', async () => {
    rmSync(join(cwd, 'new'), { recursive: true, force: true });
    const child = spawn(process.execPath, [MAIN, 'convert', 'big.tar', 'oci:new', '--compression', 'gzip', '--level', '9'], { cwd, stdio: 'ignore' });
    const ended = new Promise((resolve) => child.once('exit', (_, signal) => resolve(signal)));
    while (!existsSync(join(cwd, 'new')) || !readdirSync(join(cwd, 'new')).some((name) => name.includes('-part-')))
      await new Promise((resolve) => setTimeout(resolve, 2));
    child.kill('SIGINT');
    const signal = await ended;
    expect(readdirSync(join(cwd, 'new')).filter((name) => name.startsWith('.'))).toEqual([]);
    if (signal === 'SIGINT') expect(shown('new').images).toEqual([]);
  });

  it('leaves nothing in the way of the next one in a new folder', async () => {
    for (let i = 0; i < 5; i++) {
      rmSync(join(cwd, 'new'), { recursive: true, force: true });
      await killed(['convert', 'big.tar', 'oci:new'], 40 + i * 30);
      printed(['convert', 'big.tar', 'oci:new'], { cwd });
      expect(printed(['verify', 'new'], { cwd })).toBe('good\n');
    }
    mkdirSync(join(cwd, 'half'));
    writeFileSync(join(cwd, 'half/oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
    printed(['convert', 'demo.tar', 'oci:half'], { cwd });
    expect(printed(['verify', 'half'], { cwd })).toBe('good\n');
  }, 60_000);
});
