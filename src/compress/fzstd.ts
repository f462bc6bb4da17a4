import { Decompress } from 'fzstd';
import xxhash, { type XXHash } from 'xxhash-wasm';
import { corrupt } from './faults.ts';
import { littleEndian } from './fields.ts';
import { readBlock, screenBlock } from './zstd-blocks.ts';
import type { FrameHeader, FramePart } from './zstd-frames.ts';

/** Unpacks the parts of zstd frames, and holds each frame to its checksum and content size, neither of which fzstd does. */
export async function* unzstdPortable(parts: AsyncIterable<FramePart>): AsyncGenerator<Uint8Array> {
  const { create64 } = await xxhash();
  let frame: Frame | undefined;
  for await (const part of parts) {
    if (part.kind === 'header') frame = new Frame(part.bytes, part.header, create64());
    else if (part.kind === 'blocks') yield* (frame as Frame).unpack(part.bytes, part.isLast);
    else (frame as Frame).verify(part.bytes);
  }
}

const CHECKSUM_FLAG = 0x04;

class Frame {
  readonly #out: Uint8Array[] = [];
  readonly #decoder = new Decompress((chunk) => this.#out.push(chunk));
  readonly #header: FrameHeader;
  readonly #hash: XXHash<bigint>;
  #size = 0;

  constructor(bytes: Uint8Array, header: FrameHeader, hash: XXHash<bigint>) {
    this.#header = header;
    this.#hash = hash;
    // fzstd would wait for the checksum, only to drop it.
    this.#push(bytes.with(4, (bytes[4] as number) & ~CHECKSUM_FLAG), false);
  }

  unpack(bytes: Uint8Array, isLast: boolean): Uint8Array[] {
    this.#screen(bytes);
    // fzstd never lets go of a chunk that ends where a block does: layers of 240 MB held 330 MB. What ends within a block is joined with the rest and gone.
    this.#push(bytes.subarray(0, -1), false);
    this.#push(bytes.subarray(-1), isLast);
    const chunks = this.#out.splice(0);
    for (const chunk of chunks) this.#count(chunk);
    const { contentSize = this.#size } = this.#header;
    if (this.#size > contentSize || (isLast && this.#size !== contentSize)) throw corrupt('zstd', 'a frame does not match its content size');
    return chunks;
  }

  #push(bytes: Uint8Array, isLast: boolean): void {
    try {
      this.#decoder.push(bytes, isLast);
    } catch (cause) {
      throw corrupt('zstd', (cause as Error).message, cause);
    }
  }

  #screen(bytes: Uint8Array): void {
    const { maxBlock } = this.#header;
    for (let at = 0; at < bytes.length; ) {
      const { type, end } = readBlock(bytes, at, maxBlock);
      if (type === 'packed') screenBlock(bytes.subarray(at + 3, end), maxBlock);
      at = end;
    }
  }

  #count(chunk: Uint8Array): void {
    this.#size += chunk.length;
    if (this.#header.hasChecksum) this.#hash.update(chunk);
  }

  verify(checksum: Uint8Array): void {
    if (Number(this.#hash.digest() % 2n ** 32n) !== littleEndian(checksum, 0, 4)) throw corrupt('zstd', 'a frame does not match its checksum');
  }
}
