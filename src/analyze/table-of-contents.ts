import { digestOf, digestStream } from '../digest/index.ts';
import { type Descriptor, STARGZ_TOC_DIGEST, ZSTD_CHUNKED_TOCS } from '../oci/index.ts';
import type { Source } from '../stream/index.ts';
import type { TarIndex } from '../tar/index.ts';
import type { Finding } from './finding.ts';

/**
 * Layers that are pulled lazily, eStargz and zstd:chunked, carry a table of contents, whose digest is in the annotations of their descriptor. Whoever pulls
 * them sees what the table says; whoever unpacks them what the tar says. That the table is the one that was meant is all that is checked here. One that is
 * not is used by nobody, so it is only a warning: copying an image with other compression leaves such annotations behind.
 */
export async function checkTableOfContents({ digest: where, annotations }: Descriptor, stored: Source, index: TarIndex): Promise<readonly Finding[]> {
  const stargz = annotations?.get(STARGZ_TOC_DIGEST);
  const chunked = ZSTD_CHUNKED_TOCS.filter(({ digest }) => annotations?.has(digest));
  const wrong: string[] = [];
  if (stargz !== undefined && stargz !== (await stargzDigest(index)))
    wrong.push('the table of contents of the eStargz layer is not the one that its descriptor names');
  for (const { digest, position } of chunked) {
    if (annotations?.get(digest) !== (await digestAt(stored, annotations?.get(position))))
      wrong.push('the table of contents of the zstd:chunked layer is not the one that its descriptor names');
  }
  // containers/storage#2014: two tables, and each reader believes another one.
  if (stargz !== undefined && chunked.length > 0) wrong.push('the layer has tables of contents of two kinds');
  return wrong.map((message) => ({ code: 'TOC', severity: 'warning', where, message }));
}

async function stargzDigest(index: TarIndex): Promise<string | undefined> {
  const last = index.length - 1;
  return last >= 0 && index.name(last) === 'stargz.index.json' ? digestStream(index.body(last).stream()) : undefined;
}

const LARGEST = 64 * 1024 * 1024;

async function digestAt(stored: Source, position = ''): Promise<string | undefined> {
  const [offset = Number.NaN, length = Number.NaN] = position.split(':', 2).map(Number);
  const isInside = Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length > 0 && offset + length <= stored.size;
  return isInside && length <= LARGEST ? digestOf(await stored.read(offset, length)) : undefined;
}
