import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LINT_CODES, LINT_RULES, type LintCode, type LintFinding, type LintOptions, lint } from '../../src/analyze/index.ts';
import { decodeText } from '../../src/bytes/index.ts';
import type { Image } from '../../src/image/index.ts';
import { DOCKER_CONFIG, DOCKER_LAYER, DOCKER_MANIFEST, OCI_CONFIG, OCI_LAYER, OCI_MANIFEST } from '../../src/oci/index.ts';
import { open } from '../../src/open.ts';
import type { EntryInit } from '../../src/tar/index.ts';
import { counted } from '../support/counting.ts';
import { classic } from '../support/docker.ts';
import { plainImage } from '../support/image.ts';
import { type ImageForm, LayoutBuilder } from '../support/layout.ts';
import { BASE, ROWS } from '../support/merge-rows.ts';
import { imagesOf, imageWith, linesOf, openMembers } from '../support/open.ts';
import { tarOf } from '../support/pack.ts';

async function findingsOf(image: Image, options?: LintOptions): Promise<LintFinding[]> {
  const findings: LintFinding[] = [];
  for await (const finding of lint(image, options)) findings.push(finding);
  return findings;
}

/** The codes of what is found in an upper layer over the base of table C, each once. */
async function codesOver(upper: readonly EntryInit[]): Promise<LintCode[]> {
  const findings = await findingsOf(await imageWith([BASE, upper]));
  return [...new Set(findings.map(({ code }) => code))].sort();
}

const at = (name: string, more: Partial<EntryInit> = {}): EntryInit => ({ name, body: 'x', ...more });

// What engines take alike has no code.
const FOUND: Readonly<Record<string, readonly LintCode[]>> = {
  C1: ['whiteout-of-own-entry'],
  C3: ['directory-recreated'],
  C4: ['whiteout-after-directory'],
  C7: ['entry-through-lower-link'],
  C9: ['implied-directory'],
  C10: ['entry-below-file'],
  C11: ['duplicate-path'],
  C12: ['hardlink-to-lower-layer'],
  C14: ['hardlink-before-target'],
  C16: ['aufs-leftover', 'whiteout-of-nothing'],
  C18: ['opaque-through-link'],
  C19: ['whiteout-type'],
  C20: ['overlay-whiteout'],
  C21: ['whiteout-of-nothing'],
  C22: ['whiteout-in-missing-directory', 'whiteout-of-nothing'],
  C23: ['whiteout-through-link'],
  C24: ['hardlink-to-lower-layer'],
  C27: ['opaque-in-missing-directory'],
  C28: ['entry-through-own-link'],
  C31: ['whiteout-in-opaque-directory'],
};

describe('a construct on which engines differ has its code, and one on which they agree has none', () => {
  it.each(ROWS.map(({ name, upper }) => [name, upper] as const))('%s', async (name, upper) => {
    const expected = FOUND[name.split(':')[0] as string] ?? [];
    const found = await codesOver(upper);
    expect(found.filter((code) => expected.length > 0 || LINT_RULES[code].severity !== 'info')).toEqual(
      name === 'C18: an opaque mark below a link of the layer below' ? ['entry-through-lower-link', 'opaque-through-link'] : expected,
    );
  });

  it.each<[string, EntryInit, LintCode[]]>([
    ['C15: a bare whiteout', at('dir/.wh.'), ['invalid-whiteout']],
    ['C15: a whiteout of the directory above', at('dir/.wh...'), ['invalid-whiteout']],
    ['C25: an entry for the root with a mode', { name: './', mode: 0o711 }, ['root-metadata']],
    ['C25: an entry for the root with an owner', { name: './', mode: 0o755, uid: 5 }, ['root-metadata']],
    ['C25: an entry for the root that changes nothing', { name: './', mode: 0o755 }, []],
    ['C29: a name that leaves the root', at('../../x'), ['name-leaves-root']],
    ['C29: a link that leaves the root', { name: 'l', type: 'hardlink', linkname: '../x' }, ['name-leaves-root']],
    [
      'C30: what overlayfs keeps in extended attributes',
      at('dir/x', { xattrs: new Map([['trusted.overlay.opaque', Uint8Array.of(0x79)]]) }),
      ['overlay-xattr'],
    ],
    ['C30: a label of SELinux', at('dir/x', { xattrs: new Map([['security.selinux', Uint8Array.of(0x79)]]) }), ['selinux-label']],
    ['C30: other extended attributes', at('dir/x', { xattrs: new Map([['user.foo', Uint8Array.of(0x79)]]) }), []],
    ['a hard link to nothing', { name: 'l', type: 'hardlink', linkname: 'none' }, ['broken-hardlink']],
    ['a hard link to a directory', { name: 'l', type: 'hardlink', linkname: 'dir' }, ['broken-hardlink']],
    ['an entry of a strange type', { name: 'label', type: 'other:V' }, ['unknown-entry-type']],
    ['a sparse file', { name: 'holes', body: new Uint8Array(1024 * 1024), sparse: [{ offset: 512, length: 512 }] }, ['sparse-file']],
    ['a device that is no whiteout', { name: 'null', type: 'character-device', devmajor: 1, devminor: 3 }, []],
  ])('%s', async (_, entry, expected) => {
    expect(await codesOver([entry])).toEqual(expected);
  });

  it('is silent where a whiteout comes before what replaces a file', async () => {
    expect(await codesOver([at('dir/.wh.a'), at('dir/a')])).toEqual([]);
  });

  it('is silent about an opaque directory that the layer itself makes, as overlayfs writes them', async () => {
    expect(await codesOver([{ name: 'fresh/' }, at('fresh/.wh..wh..opq'), at('fresh/x')])).toEqual([]);
  });

  it('tells of many entries below one link once', async () => {
    const findings = await findingsOf(await imageWith([BASE, [at('lnk/1'), at('lnk/2'), at('lnk/3')]]));
    expect(findings.map(({ code, path }) => [code, path])).toEqual([['entry-through-lower-link', 'lnk/1']]);
  });

  it.each<[string, string, LintCode]>([
    ['.wh.dir', 'dir/.wh.a', 'whiteout-in-missing-directory'],
    ['.wh.dir', 'dir/sub/.wh.c', 'whiteout-in-missing-directory'],
    ['dir/.wh..wh..opq', 'dir/sub/.wh.c', 'whiteout-in-missing-directory'],
    ['.wh.dir', 'dir/.wh..wh..opq', 'opaque-in-missing-directory'],
  ])('finds what removes in a directory that the layer has removed: %s, %s', async (first, second, code) => {
    expect(await codesOver([at(first), at(second)])).toEqual([code]);
  });

  it('finds what becomes a file under entries that are there already', async () => {
    expect(await codesOver([at('dir/new'), at('dir'), at('dir/b')])).toEqual(['entry-below-file']);
  });

  it('goes on above a layer that cannot be merged', async () => {
    const findings = await findingsOf(await imageWith([BASE, [at('.wh.')], [at('twice'), at('twice')]]));
    expect(findings.map(({ code, layer }) => [code, layer])).toEqual([
      ['invalid-whiteout', 1],
      ['duplicate-path', 2],
    ]);
  });
});

describe('any layer', () => {
  const names = ['dir', 'dir/a', 'dir/sub', 'dir/new', 'file1', 'file1/x', 'lnk', 'lnk/a', 'new', 'new/x', 'hl1', 'd2f', 'd2f/x', 'target/keep'];
  const whiteouts = [
    '.wh.dir',
    'dir/.wh.a',
    'dir/.wh..wh..opq',
    '.wh.new',
    'new/.wh.x',
    'lnk/.wh.a',
    'lnk/.wh..wh..opq',
    'file1/.wh.x',
    '.wh.lnk',
    'nope/.wh.x',
    'nope/.wh..wh..opq',
    '.wh.',
    '.wh.d2f',
  ];
  const entry = fc.oneof(
    fc.constantFrom(...names).map((name): EntryInit => ({ name, body: 'new' })),
    fc.constantFrom(...names).map((name): EntryInit => ({ name: `${name}/` })),
    fc.constantFrom(...whiteouts).map((name): EntryInit => ({ name, body: '' })),
    fc
      .tuple(fc.constantFrom(...names), fc.constantFrom('dir', 'file1', '../x', '/target'))
      .map(([name, linkname]): EntryInit => ({ name, type: 'symlink', linkname })),
    fc
      .tuple(fc.constantFrom(...names), fc.constantFrom('dir/a', 'new', 'hl2', 'none'))
      .map(([name, linkname]): EntryInit => ({ name, type: 'hardlink', linkname })),
  );

  it('that overlay and sequential semantics merge to different trees has a finding that is more than information', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { maxLength: 5 }), async (upper) => {
        const trees = await Promise.all(
          (['overlay', 'sequential'] as const).map(async (semantics) => {
            const tree = await (await imageWith([BASE, upper], { semantics })).tree().catch(() => undefined);
            return tree ? linesOf(tree) : 'refused';
          }),
        );
        const severities = (await findingsOf(await imageWith([BASE, upper]))).map(({ severity }) => severity);
        if (trees.includes('refused') || !isDeepStrictEqual(trees[0], trees[1]))
          expect(severities.some((severity) => severity !== 'info')).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});

describe('a finding', () => {
  it('says where it is, what engines do, and what to do', async () => {
    const image = await imageWith([BASE, [at('file1/x')]]);
    const [finding] = await findingsOf(image);
    expect(finding).toEqual({
      code: 'entry-below-file',
      severity: 'error',
      where: (await image.layers())[1]?.descriptor.digest,
      message: 'an entry lies below what is a file: "file1"',
      layer: 1,
      path: 'file1/x',
      engines: LINT_RULES['entry-below-file'].engines,
      advice: LINT_RULES['entry-below-file'].advice,
    });
  });

  it.each(LINT_CODES)('%s has engines, and texts that end as the others do', (code) => {
    const { engines, summary, advice } = LINT_RULES[code];
    expect(engines.length).toBeGreaterThan(0);
    expect(summary).not.toMatch(/\.$/);
    expect(advice).toMatch(/\.$/);
    for (const { does } of engines) expect(does).not.toMatch(/\.$/);
  });
});

/** An image whose only layer has these entries. */
const codesOf = async (...entries: readonly EntryInit[]): Promise<string[]> =>
  (await findingsOf(await imageWith([[], entries]))).map(({ severity, code, path }) => `${severity} ${code} ${path}`);

describe('open rights', () => {
  it.each<[string, EntryInit, string[]]>([
    ['setuid', at('su', { mode: 0o4755 }), ['warning setuid-file su']],
    ['setgid', at('su', { mode: 0o2755 }), ['warning setuid-file su']],
    ['setgid of a directory', { name: 'd/', mode: 0o2755 }, []],
    ['a file that all may write', at('f', { mode: 0o666 }), ['warning world-writable f']],
    ['a directory that all may write', { name: 'd/', mode: 0o777 }, ['warning world-writable d']],
    ['such a directory with the sticky bit', { name: 'tmp/', mode: 0o1777 }, []],
    ['a link', { name: 'l', type: 'symlink', linkname: 'x', mode: 0o777 }, []],
    ['a device', { name: 'null', type: 'character-device', mode: 0o666, devmajor: 1, devminor: 3 }, []],
  ])('%s', async (_, entry, expected) => {
    expect(await codesOf(entry)).toEqual(expected);
  });

  it('that a base brings are for information, also where a layer above writes the file again', async () => {
    const su = at('su', { mode: 0o4755 });
    const severities = async (layers: readonly (readonly EntryInit[])[], options?: LintOptions): Promise<string[]> =>
      (await findingsOf(await imageWith(layers), options)).map(({ severity, layer }) => `${severity} ${layer}`);
    expect(await severities([[su]])).toEqual(['info 0']);
    expect(await severities([[su], [at('x')]])).toEqual(['info 0']);
    expect(await severities([[su], [{ ...su, mtime: new Date(5000) }]])).toEqual(['info 1']);
    expect(await severities([[su], [{ ...su, uid: 5 }]])).toEqual(['warning 1']);
    expect(await severities([[at('x')], [su]])).toEqual(['warning 1']);
    expect(await severities([[at('x')], [su]], { base: 2 })).toEqual(['info 1']);
    expect(await severities([[su]], { base: 0 })).toEqual(['warning 0']);
  });
});

describe('names that a platform cannot hold', () => {
  it('are for information', async () => {
    const names = ['Readme', 'README', 'con', 'a:b', decodeText(Uint8Array.of(0x62, 0xff)), 'é'.normalize('NFC'), 'é'.normalize('NFD')];
    expect((await codesOf(...names.map((name) => at(name)))).sort()).toEqual([
      `info name-collision README`,
      `info name-collision ${'é'.normalize('NFD')}`,
      `info name-encoding ${names[4]}`,
      'info windows-name a:b',
      'info windows-name con',
    ]);
  });

  it('that also collide are told of as both', async () => {
    expect((await codesOf(at('trail.'), at('trail '), at('Con'), at('CON'))).sort()).toEqual([
      'info name-collision CON',
      'info name-collision trail ',
      'info windows-name CON',
      'info windows-name Con',
      'info windows-name trail ',
      'info windows-name trail.',
    ]);
  });

  it('since they have more than 255 bytes are errors, each told once a layer', async () => {
    const [long, other] = ['x'.repeat(256), 'é'.repeat(128)];
    const found = await codesOf({ name: `d/${long}/` }, at(`d/${long}/a`), at(`d/${long}/b`), at(other), at('y'.repeat(255)), at('é'.repeat(127)));
    expect(found.filter((line) => !line.includes('implied'))).toEqual([`error name-too-long d/${long}`, `error name-too-long ${other}`]);
  });
});

const KEY = '-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n';

describe('secrets', () => {
  const secrets = async (...entries: readonly EntryInit[]): Promise<string[]> =>
    (await codesOf(...entries)).filter((line) => !line.includes('implied'));
  it.each(['root/.aws/credentials', 'home/app/.netrc', 'app/.env', 'root/.docker/config.json', '.npmrc', 'infra/terraform.tfstate'])(
    '%s',
    async (path) => {
      expect(await secrets(at(path))).toEqual([`warning secret-file ${path}`]);
      expect(await secrets(at(path, { body: '' }))).toEqual([]);
    },
  );

  it.each(['app/env', 'app/.env.example', 'app/x.aws/credentials', 'docs/config.json'])('%s is none', async (path) => {
    expect(await secrets(at(path))).toEqual([]);
  });

  it.each<[string, string, boolean]>([
    ['root/.ssh/id_ed25519', KEY, true],
    ['etc/ssl/server.key', '-----BEGIN PRIVATE KEY-----\n', true],
    ['etc/ssl/server.pem', `Bag Attributes\n-----BEGIN RSA PRIVATE KEY-----\n`, true],
    ['etc/ssl/putty.ppk', 'PuTTY-User-Key-File-3: ssh-ed25519\n', true],
    ['etc/ssh/ssh_host_rsa_key', KEY, true],
    ['etc/ssl/cert.pem', '-----BEGIN CERTIFICATE-----\n', false],
    ['root/.ssh/id_ed25519.pub', 'ssh-ed25519 AAAA', false],
    ['etc/ssl/bundle.pem', `-----BEGIN CERTIFICATE-----\n${'A'.repeat(1500)}\n-----END CERTIFICATE-----\n${KEY}`, true],
    ['doc/notes.txt', KEY, true],
    ['data/account.json', '{"private_key":"-----BEGIN PRIVATE KEY-----\\nMIIEvQ\\n-----END PRIVATE KEY-----"}', true],
    ['app/.env.local', 'KEY="-----BEGIN RSA PRIVATE KEY-----\r\nMIIEvQ\r\n"\r\n', true],
    ['usr/src/app/config.txt', KEY, true],
    ['app/pem.js', "const header = '-----BEGIN PRIVATE KEY-----\\n';\nconst other = `-----BEGIN RSA PRIVATE KEY-----`;\n", false],
    ['app/tool', `\0\0-----BEGIN PRIVATE KEY-----\n\0`, false],
    ['usr/share/doc/notes.txt', KEY, false],
    ['app/node_modules/pem/README.md', KEY, false],
    ['usr/lib/server.key', KEY, true],
    ['etc/ssl/large.pem', KEY + 'x'.repeat(65_536), false],
  ])('%s', async (path, body, isKey) => {
    expect(await secrets(at(path, { body }))).toEqual(isKey ? [`warning private-key ${path}`] : []);
  });

  it('are found in the layer that has them, though a later one removes them', async () => {
    const image = await imageWith([[], [at('app.key', { body: KEY })], [{ name: '.wh.app.key', body: '' }]]);
    expect((await findingsOf(image)).map(({ code, layer, message }) => [code, layer, message])).toEqual([
      ['private-key', 1, 'a file holds a private key: it is gone from the image, but not from the layer'],
    ]);
  });

  it.each<[string, readonly (readonly EntryInit[])[], boolean]>([
    ['stored again', [[at('app.key', { body: KEY })], [at('app.key', { body: KEY, mode: 0o600 })]], false],
    ['moved', [[at('app.key', { body: KEY })], [at('.wh.app.key'), at('etc/tls.key', { body: KEY })]], false],
    [
      'still there by another name',
      [[at('app.key', { body: KEY }), { name: 'k', type: 'hardlink', linkname: 'app.key' }], [at('.wh.app.key')]],
      false,
    ],
    ['replaced by another', [[at('app.key', { body: KEY })], [at('app.key', { body: KEY.replace('AAAA', 'BBBB') })]], true],
    ['removed', [[at('app.key', { body: KEY })], [at('.wh.app.key')]], true],
  ])('that are %s', async (_, layers, isGone) => {
    const [first] = (await findingsOf(await imageWith(layers))).filter(({ code }) => code === 'private-key');
    expect(first).toMatchObject({ layer: 0, message: expect.stringMatching(isGone ? /: it is gone/ : /^a file holds a private key$/) });
  });

  it('cost a look at what may be a key, and at nothing else', async () => {
    const bodies = { 'big.bin': 500_000, 'usr/share/text': 60_000, 'cert.pem': 1000 };
    const entries = Object.entries(bodies).map(([name, size]) => at(name, { body: 'x'.repeat(size) }));
    const count = counted(await tarOf(classic({ image: await plainImage([entries]), tags: null })));
    const image = await imagesOf(await open(count.source)).image();
    await image.tree();
    const before = count.bytes;
    await findingsOf(image);
    expect(count.bytes - before).toBeLessThan(2048);
  });
});

describe('documents', () => {
  const layers = [[at('a')], [at('b')]];
  const documentCodes = async (config: object, form?: ImageForm): Promise<LintCode[]> => {
    const layout = new LayoutBuilder();
    const archive = await openMembers(layout.members([layout.image(await plainImage(layers, config), form)]));
    return (await findingsOf(await archive.image())).map(({ code }) => code);
  };
  const oci = { manifest: OCI_MANIFEST, config: OCI_CONFIG, layer: OCI_LAYER };
  const docker = { manifest: DOCKER_MANIFEST, config: DOCKER_CONFIG, layer: DOCKER_LAYER };

  it.each<[string, object, ImageForm, LintCode[]]>([
    ['no history', { history: undefined }, {}, ['missing-history']],
    ['too short a history', { history: [{ created_by: 'x' }] }, {}, ['history-mismatch']],
    ['a history with steps that make no layer', { history: [{}, { empty_layer: true }, {}] }, {}, []],
    ['an image of Docker', {}, { types: docker, packing: 'gzip' }, []],
    ['Docker layers in an OCI manifest', {}, { types: { ...oci, layer: DOCKER_LAYER } }, ['mixed-media-types', 'mixed-media-types']],
    ['an OCI configuration in a Docker manifest', {}, { types: { ...docker, config: OCI_CONFIG } }, ['mixed-media-types']],
    ['zstd in an image of Docker', {}, { types: docker, packing: 'zstd' }, ['undefined-media-type', 'undefined-media-type']],
  ])('%s', async (_, config, form, expected) => {
    expect(await documentCodes(config, form)).toEqual(expected);
  });

  it('a media type that says another compression, and one of no layer', async () => {
    const layout = new LayoutBuilder();
    const image = await plainImage(layers);
    const config = layout.put(image.config, OCI_CONFIG);
    const [first, second] = image.tars.map((tar, i) => layout.put(tar, i === 0 ? `${OCI_LAYER}+gzip` : 'application/x-tar'));
    const archive = await openMembers(layout.members([layout.json({ config, layers: [first, second] }, OCI_MANIFEST)]));
    const findings = await findingsOf(await archive.image());
    expect(findings.map(({ code, layer }) => [code, layer])).toEqual([
      ['media-type-mismatch', 0],
      ['unknown-layer-type', 1],
    ]);
  });

  it('more layers than engines take', async () => {
    const many = (count: number): Promise<Image> => imageWith(Array.from({ length: count }, (_, i) => [at(`f${i}`)]));
    expect((await findingsOf(await many(125))).map(({ code }) => code)).toEqual([]);
    expect((await findingsOf(await many(126))).map(({ code, message }) => [code, message])).toEqual([
      ['too-many-layers', 'the image has more layers than engines take: it has 126'],
    ]);
  });
});

describe('an ordinary image', () => {
  it('has no findings', async () => {
    const clean: readonly (readonly EntryInit[])[] = [
      [
        { name: './' },
        { name: 'etc/' },
        at('etc/passwd'),
        { name: 'tmp/', mode: 0o1777 },
        at('tmp/cache'),
        { name: 'lib', type: 'symlink', linkname: 'etc' },
      ],
      [
        { name: 'etc/' },
        at('etc/passwd', { body: 'y' }),
        { name: 'etc/link', type: 'hardlink', linkname: 'etc/passwd' },
        { name: 'tmp/', mode: 0o1777 },
        at('tmp/.wh.cache'),
      ],
      [{ name: 'app/' }, { name: 'app/.wh..wh..opq', body: '' }, at('app/which'), { name: 'app/current', type: 'symlink', linkname: 'which' }],
    ];
    expect(await findingsOf(await imageWith(clean))).toEqual([]);
  });
});
