import type { ByteReader } from '../stream/index.ts';
import { corrupt, truncated, unsupported } from './faults.ts';
import { demand, littleEndian } from './fields.ts';
import { readBlock } from './zstd-blocks.ts';

/** What a frame says of itself before its first block (RFC 8878, section 3.1.1.1). */
export interface FrameHeader {
  /** Length of the content, where the frame tells it. */
  readonly contentSize: number | undefined;
  readonly hasChecksum: boolean;
  /** How long a block may be, packed or not. */
  readonly maxBlock: number;
}

/** A frame in its parts, in order: one header, blocks until the last, a checksum if the header promised one. */
export type FramePart =
  | { readonly kind: 'header'; readonly bytes: Uint8Array; readonly header: FrameHeader }
  | { readonly kind: 'blocks'; readonly bytes: Uint8Array; readonly isLast: boolean }
  | { readonly kind: 'checksum'; readonly bytes: Uint8Array };

const MAGIC = 0xfd2fb528;
const SKIPPABLE = 0x184d2a50;

/**
 * Walks over the frames of a zstd stream without unpacking them, and passes their parts on; skippable frames are left out. The decoders behind it
 * are lax each in its own way (Node 22 ends in silence on a cut frame, and forgets what follows a frame in one chunk), so structure is judged here:
 * truncation, garbage behind a frame, dictionaries, windows over the limit, blocks over their bound.
 */
export async function* walkFrames(reader: ByteReader, maxWindow: number): AsyncGenerator<FramePart> {
  while (await reader.fill(1)) {
    const start = await demand(reader, 4, 'zstd');
    const magic = littleEndian(start, 0, 4);
    if (magic === MAGIC) yield* walkFrame(reader, maxWindow);
    else if (magic - (magic % 16) === SKIPPABLE) await skipFrame(reader);
    else throw corrupt('zstd', 'what follows a frame is no frame');
  }
}

async function skipFrame(reader: ByteReader): Promise<void> {
  const length = littleEndian(await demand(reader, 4, 'zstd'), 0, 4);
  if ((await reader.skip(length)) < length) throw truncated('zstd');
}

async function* walkFrame(reader: ByteReader, maxWindow: number): AsyncGenerator<FramePart> {
  const { bytes, window, ...told } = await readHeader(reader);
  const header = { ...told, maxBlock: Math.min(window, 128 * 1024) };
  if (window > maxWindow) throw unsupported('zstd', `it needs a window of ${window} bytes, over the limit of ${maxWindow}; raise limits.window`);
  yield { kind: 'header', bytes, header };
  yield* walkBlocks(reader, header.maxBlock);
  if (header.hasChecksum) yield { kind: 'checksum', bytes: await demand(reader, 4, 'zstd') };
}

/** Reads the header behind the magic number, and gives it back with it. */
async function readHeader(reader: ByteReader): Promise<Omit<FrameHeader, 'maxBlock'> & { bytes: Uint8Array; window: number }> {
  const [descriptor = 0] = await demand(reader, 1, 'zstd');
  if (descriptor & 0x08) throw corrupt('zstd', 'a frame header has its reserved bit set');
  const isSingle = (descriptor & 0x20) !== 0;
  const sizeFlag = descriptor >> 6;
  const windowLength = isSingle ? 0 : 1;
  const dictionaryLength = [0, 1, 2, 4][descriptor & 3] as number;
  const sizeLength = sizeFlag === 0 ? (isSingle ? 1 : 0) : 2 ** sizeFlag;

  const rest = await demand(reader, windowLength + dictionaryLength + sizeLength, 'zstd');
  const dictionary = rest.subarray(windowLength, windowLength + dictionaryLength);
  if (dictionary.some((byte) => byte !== 0)) throw unsupported('zstd', 'it needs a dictionary');
  const contentSize = sizeLength === 0 ? undefined : readSize(rest, windowLength + dictionaryLength, sizeLength);
  return {
    bytes: Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, descriptor, ...rest),
    contentSize,
    hasChecksum: (descriptor & 0x04) !== 0,
    window: isSingle ? (contentSize as number) : windowSize(rest[0] as number),
  };
}

// Sizes past 2^53 lose their last bits, which does no harm: no content ever is that long.
function readSize(bytes: Uint8Array, offset: number, length: number): number {
  if (length === 8) return littleEndian(bytes, offset, 4) + littleEndian(bytes, offset + 4, 4) * 2 ** 32;
  return littleEndian(bytes, offset, length as 1 | 2 | 4) + (length === 2 ? 256 : 0);
}

function windowSize(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3));
  return base + (base / 8) * (descriptor & 7);
}

// One part unpacks to at most 1 MiB.
const BLOCKS_PER_PART = 8;

async function* walkBlocks(reader: ByteReader, maxSize: number): AsyncGenerator<FramePart> {
  for (let isLast = false; !isLast; ) {
    await demandHere(reader, 3);
    const first = readBlock(reader.peek(3), 0, maxSize);
    await demandHere(reader, first.end);
    const here = reader.peek(first.end);
    let end = 0;
    for (let count = 0; count < BLOCKS_PER_PART && !isLast && end + 3 <= here.length; count++) {
      const block = readBlock(here, end, maxSize);
      if (block.end > here.length) break;
      ({ end, isLast } = block);
    }
    yield { kind: 'blocks', bytes: here.subarray(0, end), isLast };
    reader.advance(end);
  }
}

async function demandHere(reader: ByteReader, length: number): Promise<void> {
  if (!(await reader.fill(length))) throw truncated('zstd');
}
