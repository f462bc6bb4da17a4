import type { TarArchive } from '../../open.ts';
import type { TarIndex } from '../../tar/index.ts';
import { formatCount, formatSize } from '../format/size.ts';
import { contentJson, contentRows, summariseContent } from './content.ts';
import { findOddities, ODDITIES, type Oddity } from './oddities.ts';
import { listed, type View } from './screen.ts';

/** What a tar is. `size` is that of the input as it is stored, where it is known. */
export function inspectTar({ compression, index }: TarArchive, size: number | undefined): View {
  const { offset, size: end } = index.trailer;
  const unpackedSize = offset + end;
  const content = summariseContent(index);
  const formats = countFormats(index);
  const oddities = findOddities(index);
  const stored = compression && size !== undefined ? `, ${formatSize(size)} with ${compression}` : '';
  return {
    json: {
      kind: 'tar',
      compression: compression ?? 'none',
      images: [],
      artifacts: [],
      size,
      unpackedSize,
      ...contentJson(content),
      formats,
      oddities,
    },
    rows: [
      ['kind', [compression ? `tar, compressed with ${compression}` : 'tar']],
      ...contentRows(content, `, ${formatSize(unpackedSize)} as a tar${stored}`),
      ['dialect', [listed(Object.entries(formats).map(([format, count]) => `${format} ${formatCount(count)}`))]],
      ['notable', oddities.map(oddityLine)],
    ],
  };
}

function countFormats(index: TarIndex): Readonly<Record<string, number>> {
  const formats: Record<string, number> = {};
  for (const { format } of index) formats[format] = (formats[format] ?? 0) + 1;
  return formats;
}

function oddityLine({ code, count, names }: Oddity): string {
  if (names.length === 0) return ODDITIES[code];
  return `${ODDITIES[code]}: ${formatCount(count)} (${listed(names)}${count > names.length ? ', …' : ''})`;
}
