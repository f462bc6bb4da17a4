import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type Archive, type ArchiveKind, open } from '../../src/open.ts';
import { classic, hybrid, manifestJson, member } from '../support/docker.ts';
import { LAYERS, PATHS, plainImage } from '../support/image.ts';
import { LayoutBuilder, writeFolder } from '../support/layout.ts';
import { failureOf, pathsOf } from '../support/open.ts';
import { tarOf } from '../support/pack.ts';

const folder = mkdtempSync(join(tmpdir(), 'lading-open-'));
afterAll(() => rmSync(folder, { recursive: true }));

const image = await plainImage(LAYERS);
const layout = new LayoutBuilder();
const members = layout.members(layout.named(layout.image(image, { packing: 'gzip' }), 'app:1'));
const at = (name: string): string => join(folder, name);

writeFileSync(at('docker-archive'), await tarOf(classic({ image, tags: ['app:1'] })));
writeFileSync(at('oci-archive'), await tarOf(members));
writeFolder(at('oci-layout'), members);
writeFileSync(at('tar'), image.tars[0] as Uint8Array);
writeFolder(at('folder'), [{ name: 'etc/motd', body: new TextEncoder().encode('hello') }]);

const KINDS = ['docker-archive', 'oci-archive', 'oci-layout', 'tar', 'folder'] as const;

/** What each input is called where it is another one than was asked for, and what fits it. */
const NAMES: Readonly<Record<ArchiveKind, RegExp>> = {
  'docker-archive': /: it is a docker-archive; .*docker-archive:PATH/,
  'oci-archive': /: it is an OCI archive; .*oci-archive:PATH/,
  'oci-layout': /: it is an OCI layout; .*oci:DIR/,
  tar: /: it is a plain tar, such as a container's export; .*`ls`.*`extract`/,
  folder: /: it is a folder that is no OCI layout; .*`ls`.*`export`/,
};

const closed = async (opened: Promise<Archive>): Promise<Archive> => {
  const archive = await opened;
  await archive.close();
  return archive;
};

describe.each(KINDS)('what is a %s', (is) => {
  it('is told by its bytes', async () => {
    const archive = await open(at(is));
    expect(archive.kind).toBe(is);
    if (is !== 'tar' && is !== 'folder') expect(pathsOf(await archive.tree())).toEqual(PATHS);
    await archive.close();
  });

  it('is read where it is asked for', async () => {
    expect((await closed(open(at(is), { kind: is }))).kind).toBe(is);
  });

  // A docker-archive or OCI archive is a tar too, and an OCI layout a folder: who asks for that gets the members as they stand.
  const isToo = (kind: ArchiveKind): boolean => (kind === 'tar' && is.endsWith('-archive')) || (kind === 'folder' && is === 'oci-layout');
  it.each(KINDS.filter((kind) => kind !== is && !isToo(kind)))('is refused as %s, and called what it is', async (wanted) => {
    const error = await failureOf(() => open(at(is), { kind: wanted }));
    expect(error.code).toBe('INPUT_KIND');
    expect(error.message).toMatch(new RegExp(`^Cannot read the input as ${wanted}`));
    expect(error.message).toMatch(NAMES[is]);
  });
});

describe('an archive of images that is asked for as what it is made of', () => {
  it('is a tar of its members', async () => {
    const archive = await open(at('docker-archive'), { kind: 'tar' });
    expect([archive.kind, pathsOf(await archive.tree()).includes('manifest.json')]).toEqual(['tar', true]);
  });

  it('is a folder of its files', async () => {
    const archive = await open(at('oci-layout'), { kind: 'folder' });
    expect([archive.kind, pathsOf(await archive.tree()).includes('index.json')]).toEqual(['folder', true]);
    await archive.close();
  });
});

describe('a folder that was to be an OCI layout', () => {
  it.each(['oci-layout', 'index.json'])('is an error that names the %s that it lacks', async (lost) => {
    writeFolder(
      at(`without ${lost}`),
      members.filter(({ name }) => name !== lost),
    );
    const error = await failureOf(() => open(at(`without ${lost}`)));
    expect(error).toMatchObject({ code: 'ENOENT', message: expect.stringContaining(lost) });
    expect((await open(at(`without ${lost}`), { kind: 'folder' })).kind).toBe('folder');
  });
});

describe('a tar that only looks like one of images is a tar', () => {
  const tars: readonly [string, readonly Parameters<typeof member>[]][] = [
    ['a web application’s manifest.json', [['manifest.json', '{"name":"app"}']]],
    ['one that is a list of something else', [['manifest.json', '[{"src":"a.js"},"b"]']]],
    ['one further down', [['srv/manifest.json', 'null']]],
    ['an index.json without oci-layout', [['index.json', '{}']]],
    ['an oci-layout without index.json', [['oci-layout', '{}']]],
    [
      'both further down',
      [
        ['srv/oci-layout', '{}'],
        ['srv/index.json', '{}'],
      ],
    ],
    [
      'a folder with a json',
      [
        ['a/json', '{}'],
        ['a/layer.txt', ''],
      ],
    ],
    ['a repositories file', [['repositories', '{}']]],
  ];
  it.each(tars)('%s', async (_, files) => {
    expect((await open(await tarOf(files.map(([name, body]) => member(name, body))))).kind).toBe('tar');
  });

  it('but a faulty manifest.json is a faulty docker-archive', async () => {
    for (const [body, code] of [
      ['null', 'OCI_DOCUMENT'],
      ['[{"Config":1}]', 'OCI_DOCUMENT'],
      ['[{"RepoTags":[]}]', 'OCI_DOCUMENT'],
      ['[{"Config":"a","Config":"b"}]', 'JSON_DUPLICATE'],
      ['[', 'JSON_INVALID'],
      ['', 'JSON_INVALID'],
    ] as const)
      expect([body, (await failureOf(async () => open(await tarOf([member('manifest.json', body)])))).code]).toEqual([body, code]);
  });
});

it('what is no archive says what it looks like', async () => {
  const code = async (bytes: Uint8Array): Promise<string> => {
    const { code, message } = await failureOf(() => open(bytes));
    return `${code} ${/gzip|zstd|xz|zip/.exec(message)?.[0] ?? ''}`;
  };
  expect(await code(Uint8Array.from({ length: 600 }, (_, i) => [0x50, 0x4b, 3, 4][i] ?? 1))).toBe('TAR_CHECKSUM zip');
  expect(await code(new TextEncoder().encode('just text\n'.repeat(60)))).toMatch('TAR_CHECKSUM');
  expect(await code(new TextEncoder().encode('short'))).toMatch('TAR_TRUNCATED');
});

it('a hybrid is a docker-archive, and an OCI archive for whoever asks for that', async () => {
  const bytes = await tarOf(hybrid({ image, tags: ['app:1'] }));
  expect((await open(bytes)).kind).toBe('docker-archive');
  expect((await open(bytes, { kind: 'docker-archive' })).kind).toBe('docker-archive');
  expect((await open(bytes, { kind: 'oci-archive' })).kind).toBe('oci-archive');
  expect((await open(await tarOf([manifestJson([])]))).kind).toBe('docker-archive');
});
