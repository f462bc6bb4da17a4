import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { encodeText } from '../../src/bytes/index.ts';
import { digestOf } from '../../src/digest/index.ts';
import { type Descriptor, OCI_MANIFEST } from '../../src/oci/index.ts';
import { classic, containerdStore, hybrid } from '../support/docker.ts';
import { LAYERS, PATHS, plainImage } from '../support/image.ts';
import { LayoutBuilder, writeFolder } from '../support/layout.ts';
import { failure, json, lading, printed } from './command.ts';
import { makeSamples, tar } from './samples.ts';
import { schemaFaults } from './schema.ts';

const cwd = await makeSamples();
const demo = await plainImage(LAYERS);
const base = await plainImage(LAYERS.slice(0, 1));
const ids = { demo: digestOf(demo.config), base: digestOf(base.config) };
const write = (name: string, bytes: Uint8Array): void => writeFileSync(join(cwd, name), bytes);
write('demo.tar', await tar(classic({ image: demo, tags: ['demo:latest'] })));
write('two.tar', await tar(hybrid({ image: demo, tags: ['demo:latest', 'demo:1'] }, { image: base, tags: null })));
write('escapes.tar', await tar(hybrid({ image: demo, tags: ['\u001b[31m'] }, { image: base, tags: null })));
write('platforms.tar', await tar(containerdStore({ image: demo, tags: ['multi:1'] }, [base])));
write('holds.tar', await tar([{ name: 'saved/demo.tar', body: readFileSync(join(cwd, 'demo.tar')) }]));
const layout = new LayoutBuilder();
writeFolder(join(cwd, 'layout'), layout.members(layout.named(layout.image(demo, { packing: 'gzip' }), 'demo:v1')));

const much = new LayoutBuilder();
const main = much.image(demo, { platform: { os: 'lin\x1b[2Jux', architecture: 'amd64' } });
const artifact = (artifactType: string, more: object = {}): Descriptor =>
  much.json({ artifactType, config: EMPTY, layers: [], ...more }, OCI_MANIFEST);
const EMPTY = much.put(encodeText('{}'), 'application/vnd.oci.empty.v1+json');
writeFolder(
  join(cwd, 'much'),
  much.members([
    main,
    much.attestation(main),
    ...much.named(artifact('application/spdx', { subject: main }), 'v1'),
    artifact('text/\x1b[2J'),
    { mediaType: OCI_MANIFEST, digest: `sha256:${'0'.repeat(64)}`, size: 9, platform: { os: 'linux', architecture: 'arm64' } },
    much.put(encodeText('[]'), OCI_MANIFEST),
  ]),
);

const paths = (...args: string[]): string[] =>
  printed(['ls', '-R', ...args], { cwd })
    .trimEnd()
    .split('\n');

describe('inspect of images', () => {
  it('is one screen', () => {
    expect(printed(['inspect', 'demo.tar'], { cwd })).toMatchInlineSnapshot(`
      "docker-archive, 1 image

      demo:latest  linux/amd64
        image ID  sha256:762afef062e9a86fcb9c4d035f0a0379599469c89472e34eac68aa3978df0472
        created   2026-05-01T12:00:00Z
        cmd       ["/bin/sh"]

      layer      size  unpacked  files    hidden  instruction
          0  6.50 KiB  6.50 KiB      2  2.94 KiB  RUN step 0
          1  2.50 KiB  2.50 KiB      1         -  RUN step 1
          2  2.00 KiB  2.00 KiB      1         -  RUN step 2
             11.0 KiB  11.0 KiB      4  2.94 KiB
      "
    `);
  });

  it('lists what is named beside the images', () => {
    expect(printed(['inspect', 'much'], { cwd })).toMatch(
      new RegExp(
        [
          '^oci-layout, 1 image, 1 attestation, 2 artifacts, 1 missing, 1 faulty$',
          '^$',
          String.raw`^\(no tag\)  lin\\x1b\[2Jux/amd64$[^]*`,
          '^kind +name +type +about +problem$',
          '^attestation +sha256:[0-9a-f]{12} +application/vnd.oci.image.config.v1.json +sha256:[0-9a-f]{12} +-$',
          '^artifact +v1 +application/spdx +sha256:[0-9a-f]{12} +-$',
          String.raw`^artifact +sha256:[0-9a-f]{12} +text/\\x1b\[2J +- +-$`,
          String.raw`^missing +sha256:0{12} \(linux/arm64\) +application/vnd.oci.image.manifest.v1.json +- +Cannot .*$`,
          '^faulty +sha256:[0-9a-f]{12} +application/vnd.oci.image.manifest.v1.json +- +Cannot .*$',
          '$',
        ].join('\n'),
        'm',
      ),
    );
    const { artifacts } = json(['inspect', 'much'], { cwd }) as { artifacts: { kind: string; problem?: string }[] };
    expect(artifacts.map(({ kind, problem }) => [kind, problem !== undefined])).toEqual([
      ['attestation', false],
      ['artifact', false],
      ['artifact', false],
      ['missing', true],
      ['faulty', true],
    ]);
  });

  it.each(['demo.tar', 'two.tar', 'platforms.tar', 'layout', 'much'])('of %s is of its schema', (name) => {
    expect(schemaFaults('inspect', json(['inspect', name], { cwd }))).toEqual([]);
  });

  it('tells all images in JSON, or the one that is chosen', () => {
    const all = {
      kind: 'docker-archive',
      oci: true,
      compression: 'none',
      images: [
        { imageId: ids.demo, tags: ['demo:latest', 'demo:1'] },
        { imageId: ids.base, tags: [] },
      ],
    };
    expect(json(['inspect', 'two.tar'], { cwd })).toMatchObject(all);
    expect(json(['inspect', '--image', '@1', 'two.tar'], { cwd })).toMatchObject({ images: [{ imageId: ids.base }] });
  });

  it('prints a document as it stands', () => {
    expect(printed(['inspect', '--raw', 'config', 'demo.tar'], { cwd })).toBe(new TextDecoder().decode(demo.config));
    expect(JSON.parse(printed(['inspect', '--raw', 'manifest', 'layout'], { cwd }))).toMatchObject({
      config: { digest: ids.demo },
      layers: [{}, {}, {}],
    });
  });
});

describe('the tree of an image', () => {
  it.each([
    'demo.tar',
    'layout',
    'docker-archive:demo.tar',
    'docker-archive:two.tar:demo:1',
    'docker-archive:two.tar:@0',
    'oci:layout:v1',
    'holds.tar!/saved/demo.tar',
  ])('is the merged one: %s', (image) => {
    expect(paths(image)).toEqual(PATHS);
    expect(printed(['cat', image, 'etc/app.conf'], { cwd })).toBe('port = 80\n');
  });

  it('names the layer of every row, and is of its schema', () => {
    const rows = json(['ls', '-R', '--digest', 'demo.tar'], { cwd }) as { path: string; layer: number }[];
    expect(schemaFaults('ls', rows)).toEqual([]);
    expect(rows.map(({ path, layer }) => [path, layer])).toEqual([
      ['app', 2],
      ['app/server.mjs', 2],
      ['etc', 0],
      ['etc/app.conf', 1],
      ['tmp', 0],
    ]);
  });

  it('may be that after a layer, or one layer alone with its whiteouts', () => {
    expect(paths('--at', '0', 'demo.tar')).toEqual(['etc', 'etc/app.conf', 'tmp', 'tmp/cache']);
    expect(paths('--layer', '1', 'demo.tar')).toEqual(['etc', 'etc/app.conf', 'tmp', 'tmp/.wh.cache']);
    expect(paths('--layer', demo.diffIds[2] as string, 'demo.tar')).toEqual(['app', 'app/server.mjs']);
    expect(printed(['find', 'demo.tar', '--layer', '2', '--type', 'f'], { cwd })).toBe('app/server.mjs\n');
    expect(failure(['ls', '--at', '3', 'demo.tar'], { cwd })).toMatchObject({ status: 2, code: 'USAGE' });
    expect(failure(['ls', '--layer', '0', '--at', '0', 'demo.tar'], { cwd })).toMatchObject({ status: 2, code: 'USAGE' });
  });

  it('must be chosen where there are several', () => {
    for (const option of [[], ['--image', 'none']])
      expect(lading(['ls', 'escapes.tar', ...option], { cwd }).stderr).toMatch(/^lading: Cannot [ -~]*\\x1b\[31m[ -~]*\n$/);
    const { status, code, message } = failure(['ls', 'two.tar'], { cwd });
    expect({ status, code }).toEqual({ status: 2, code: 'IMAGE_AMBIGUOUS' });
    expect(message).toMatch(/@0 demo:latest.*@1/s);
    for (const choice of ['demo:1', 'latest', '@0', ids.demo, ids.demo.slice(7, 19)]) expect(paths('--image', choice, 'two.tar')).toEqual(PATHS);
    expect(failure(['ls', '--image', 'none', 'two.tar'], { cwd })).toMatchObject({ code: 'IMAGE_NOT_FOUND' });
    expect(failure(['ls', '--image', '@0', 'docker-archive:two.tar:@1'], { cwd })).toMatchObject({ status: 2, code: 'USAGE' });
  });

  it('is extracted and exported like any other', () => {
    expect(lading(['extract', 'demo.tar', 'root'], { cwd }).status).toBe(0);
    expect(readFileSync(join(cwd, 'root/etc/app.conf'), 'utf8')).toBe('port = 80\n');
    expect(lading(['export', 'demo.tar', '-o', 'root.tar'], { cwd }).status).toBe(0);
    expect(paths('root.tar')).toEqual(PATHS);
  });

  it('comes through a pipe', () => {
    expect(lading(['ls', '-R', '-'], { cwd, input: readFileSync(join(cwd, 'demo.tar')) })).toMatchObject({
      status: 0,
      stdout: `${PATHS.join('\n')}\n`,
    });
  });
});

describe('index of an archive of images', () => {
  it('lists it as the tar it is', () => {
    const names = (json(['index', 'demo.tar'], { cwd }) as { name: string }[]).map(({ name }) => name);
    expect(names).toContain('manifest.json');
  });
});

describe('layers, history, log', () => {
  it.each([
    ['layers', ['layers', 'demo.tar']],
    ['history', ['history', 'demo.tar']],
    ['log', ['log', 'demo.tar', 'tmp/cache']],
  ])('%s is of its schema', (schema, args) => {
    expect(schemaFaults(schema, json(args, { cwd }))).toEqual([]);
  });

  it('tell what each layer holds, and what of it is hidden', () => {
    expect(json(['layers', 'demo.tar'], { cwd })).toMatchObject([
      { diffId: demo.diffIds[0], files: 2, hidden: 3012, createdBy: 'RUN step 0' },
      { files: 1, hidden: 0 },
      { files: 1 },
    ]);
  });

  it('tell what is known of layers that are not there, and that they are not', () => {
    const folder = join(cwd, 'without-a-layer');
    lading(['convert', 'demo.tar', `oci:${folder}`], { cwd });
    const [layer] = json(['layers', folder], { cwd }) as { digest: string }[];
    rmSync(join(folder, 'blobs', (layer as { digest: string }).digest.replace(':', '/')));
    const { status, stdout, stderr } = lading(['layers', folder], { cwd });
    expect(status).toBe(3);
    expect(stderr).toMatch(/^lading: Cannot read sha256:[0-9a-f]{64}: the layout does not hold this content/);
    expect(stdout).toMatch(/^layer .*\n +0 +\d.* +\? +\? +\? +RUN step 0\n/);
    expect(stdout).toMatch(/\n +\d[^?\n]*\? +\? +\?\n$/);
    const shown = lading(['layers', '--json', folder], { cwd });
    expect(schemaFaults('layers', JSON.parse(shown.stdout))).toEqual([]);
    expect(JSON.parse(shown.stderr)).toMatchObject({ error: { code: 'BLOB_MISSING' } });
  });

  it('tell the steps', () => {
    expect(printed(['history', 'demo.tar'], { cwd })).toMatch(
      /^layer +size +created +instruction\n +0 .*RUN step 0\n +1 .*RUN step 1\n +2 .*RUN step 2\n$/,
    );
  });

  it('tell who wrote a path', () => {
    expect(printed(['log', 'demo.tar', 'tmp/cache'], { cwd })).toBe('0  added    RUN step 0\n1  removed  RUN step 1\n');
    expect(failure(['log', 'demo.tar', 'none'], { cwd })).toMatchObject({ status: 3, code: 'ENOENT' });
  });

  it.each(['layers', 'history'])('%s wants an image', (verb) => {
    expect(failure([verb, 'app.tar'], { cwd })).toMatchObject({ status: 2, code: 'USAGE' });
  });
});

describe('verify', () => {
  it('is good about what is good', () => {
    expect(lading(['verify', 'layout'], { cwd })).toEqual({ status: 0, stdout: 'good\n', stderr: '' });
    expect(schemaFaults('verify', json(['verify', 'two.tar'], { cwd }))).toEqual([]);
  });

  it('answers no where a byte was flipped', () => {
    const bytes = readFileSync(join(cwd, 'demo.tar'));
    const place = bytes.indexOf('port = 8080');
    bytes[place] = 0x71;
    write('flipped.tar', bytes);
    const { status, stdout } = lading(['verify', '--json', 'flipped.tar'], { cwd });
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'docker-archive', findings: [{ severity: 'error' }] });
    expect(schemaFaults('verify', JSON.parse(stdout))).toEqual([]);
  });
});
