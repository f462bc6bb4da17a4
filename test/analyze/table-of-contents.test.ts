import { expect, it } from 'vitest';
import { digestOf } from '../../src/digest/index.ts';
import { OCI_CONFIG, OCI_LAYER, OCI_MANIFEST } from '../../src/oci/index.ts';
import { plainImage } from '../support/image.ts';
import { LayoutBuilder } from '../support/layout.ts';
import { findingsOf, openMembers } from '../support/open.ts';
import { joined, pack, zstdSkippable, zstdStored } from '../support/pack.ts';

const table = new TextEncoder().encode('{"version":1,"entries":[]}');
const image = await plainImage([
  [
    { name: 'app', body: 'app' },
    { name: 'stargz.index.json', body: table },
  ],
]);
const tar = image.tars[0] as Uint8Array;
const frames = zstdStored(tar);
const chunked = joined(frames, zstdSkippable(table));
const STARGZ = 'containerd.io/snapshot/stargz/toc.digest';
const CHUNKED = 'zstd-chunked.manifest-';
const right = digestOf(table);
const other = digestOf(Uint8Array.of(1));
const at = `${frames.length + 8}:${table.length}:26:1`;

async function warnings(annotations: Record<string, string>, packing: 'gzip' | 'zstd' = 'gzip'): Promise<string[]> {
  const layout = new LayoutBuilder();
  const layer = { ...layout.put(packing === 'gzip' ? pack(tar, 'gzip') : chunked, `${OCI_LAYER}+${packing}`), annotations };
  const config = layout.put(image.config, OCI_CONFIG);
  const findings = await findingsOf(await openMembers(layout.members([layout.json({ config, layers: [layer] }, OCI_MANIFEST)])));
  return findings.map(({ code, severity }) => `${code} ${severity}`);
}

it('B20: the table of contents of an eStargz layer is the one that its descriptor names', async () => {
  expect(await warnings({ [STARGZ]: right })).toEqual([]);
  expect(await warnings({ [STARGZ]: other })).toEqual(['TOC warning']);
});

it.each(['io.github.containers', 'io.containers'])('B21: so is that of a zstd:chunked layer, annotated as %s', async (prefix) => {
  const annotated = (digest: string, position: string): Promise<string[]> =>
    warnings({ [`${prefix}.${CHUNKED}checksum`]: digest, [`${prefix}.${CHUNKED}position`]: position }, 'zstd');
  expect(await annotated(right, at)).toEqual([]);
  expect(await annotated(other, at)).toEqual(['TOC warning']);
  for (const position of ['', '0', '0:0:1:1', `${chunked.length}:1:1:1`, '-1:5:5:1', '1e99:5', '0:99999999999:1:1', 'x:y'])
    expect(await annotated(right, position)).toEqual(['TOC warning']);
  expect(await warnings({ [`${prefix}.${CHUNKED}checksum`]: right }, 'zstd')).toEqual(['TOC warning']);
});

it('B21: a layer with tables of both kinds is wrong, even where both are right', async () => {
  const both = { [STARGZ]: right, [`io.github.containers.${CHUNKED}checksum`]: right, [`io.github.containers.${CHUNKED}position`]: at };
  expect(await warnings(both, 'zstd')).toEqual(['TOC warning']);
});
