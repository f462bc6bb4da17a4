import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { digestOf } from '../../src/digest/index.ts';
import { encodeJson, OCI_CONFIG, OCI_LAYER, OCI_MANIFEST } from '../../src/oci/index.ts';
import type { EntryInit } from '../../src/tar/index.ts';
import { classic } from '../support/docker.ts';
import { plainImage } from '../support/image.ts';
import { LayoutBuilder } from '../support/layout.ts';
import { openMembers } from '../support/open.ts';
import { joined, tarOf } from '../support/pack.ts';

const folder = mkdtempSync(join(tmpdir(), 'lading-bounded-'));
afterAll(() => rmSync(folder, { recursive: true }));

const MIB = 1024 * 1024;
const SIZE = 400 * MIB;

/** A layer with one file of 400 MiB of zeros, as gzip of many members: no more than a few are ever in memory here. */
async function zeros(): Promise<Uint8Array> {
  const [header, end] = [await tarOf([{ name: 'zeros', body: new Uint8Array(MIB) }], { endOfArchive: false }), new Uint8Array(1024)];
  const head = header.slice(0, 512);
  head.set(new TextEncoder().encode(SIZE.toString(8).padStart(11, '0')), 124);
  head.fill(0x20, 148, 156);
  const sum = head.reduce((total, byte) => total + byte, 0);
  head.set(new TextEncoder().encode(`${sum.toString(8).padStart(6, '0')}\0 `), 148);
  const member = gzipSync(new Uint8Array(MIB));
  return joined(gzipSync(head), ...Array.from({ length: SIZE / MIB }, () => member), gzipSync(end));
}

/** Runs a program with little heap, in which `open` and `path` are there, and returns what it prints and the memory that it took, in MB. */
function measured(program: string, path: string): { printed: string; megabytes: number } {
  const dist = new URL('../../dist/index.js', import.meta.url).href;
  const code = `import { open } from '${dist}'; const path = process.argv[1]; ${program}; console.log(process.resourceUsage().maxRSS);`;
  const lines = execFileSync(process.execPath, ['--max-old-space-size=100', '--input-type=module', '-e', code, path], { encoding: 'utf8' })
    .trim()
    .split('\n');
  return { printed: lines.slice(0, -1).join('\n'), megabytes: Number(lines.at(-1)) / 1000 };
}

describe('memory stays flat', () => {
  const list = 'const archive = await open(path); const tree = await archive.tree(); console.log(tree.resolve("zeros").size); await archive.close()';

  it('where a small layer unpacks to much', async () => {
    const layout = new LayoutBuilder();
    const layer = layout.put(await zeros(), `${OCI_LAYER}+gzip`);
    const config = layout.put(encodeJson({ architecture: 'amd64', os: 'linux' }), OCI_CONFIG);
    const path = join(folder, 'oci.tar');
    writeFileSync(path, await tarOf(layout.members([layout.json({ config, layers: [layer] }, OCI_MANIFEST)])));
    const { printed, megabytes } = measured(list, path);
    expect(printed).toBe(String(SIZE));
    expect(megabytes).toBeLessThan(250);
  });

  it('where a small archive unpacks to much', async () => {
    const path = join(folder, 'zeros.tar.gz');
    writeFileSync(path, await zeros());
    const { printed, megabytes } = measured(list, path);
    expect(printed).toBe(String(SIZE));
    expect(megabytes).toBeLessThan(250);
  });
});

it('a layer of thirty thousand entries is merged with another', async () => {
  const names = Array.from({ length: 30_000 }, (_, i) => `d${i % 100}/f${i}`);
  const lower = names.map((name): EntryInit => ({ name, body: '' }));
  const upper: EntryInit[] = Array.from({ length: 100 }, (_, i) => ({ name: `d${i}/.wh.f${i}`, body: '' }));
  const image = await plainImage([lower, upper]);
  const tree = await (await openMembers(classic({ image, tags: null }))).tree();
  expect(tree.list()).toHaveLength(100);
  expect(tree.list('d7').length).toBe(299);
  expect([tree.lookup('d7/f7'), tree.lookup('d7/f107')?.origin]).toEqual([undefined, 0]);
});

it('an index of ten thousand entries, all of them one image, is one image', async () => {
  const layout = new LayoutBuilder();
  const image = await plainImage([[{ name: 'a', body: 'a' }]]);
  const manifest = layout.image(image);
  const entries = Array.from({ length: 10_000 }, (_, i) => ({ ...manifest, annotations: { 'org.opencontainers.image.ref.name': `v${i}` } }));
  const archive = await openMembers(layout.members(entries));
  expect(archive.images.map(({ names, digest }) => [names.length, digest])).toEqual([[10_000, manifest.digest]]);
  expect(digestOf((await (await archive.image({ image: 'v9999' })).manifest()).raw)).toBe(manifest.digest);
});
