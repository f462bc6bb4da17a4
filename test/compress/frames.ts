import { join } from './inputs.ts';

const number = (value: number, length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => Math.floor(value / 256 ** i) % 256);

export interface FrameInit {
  /** The window descriptor; without it the frame is of a single segment. */
  readonly window?: number;
  readonly contentSize?: readonly [size: number, length: 1 | 2 | 4 | 8];
  readonly dictionary?: readonly [id: number, length: 1 | 2 | 4];
  readonly checksum?: number;
  readonly isReserved?: boolean;
}

/** A zstd frame put together by hand (RFC 8878, section 3.1.1): no encoder writes what the tests need. */
export function frame({ window, contentSize, dictionary, checksum, isReserved }: FrameInit, ...blocks: Uint8Array[]): Uint8Array {
  const sizeFlag = contentSize ? Math.log2(contentSize[1]) : 0;
  const dictionaryFlag = dictionary ? Math.log2(dictionary[1]) + 1 : 0;
  const flags = (window === undefined ? 0x20 : 0) | (checksum === undefined ? 0 : 4) | (isReserved ? 8 : 0);
  return join(
    number(0xfd2fb528, 4),
    number(sizeFlag * 64 + flags + dictionaryFlag, 1),
    window === undefined ? new Uint8Array(0) : number(window, 1),
    dictionary ? number(...dictionary) : new Uint8Array(0),
    contentSize ? number(contentSize[0] - (contentSize[1] === 2 ? 256 : 0), contentSize[1]) : new Uint8Array(0),
    ...blocks,
    checksum === undefined ? new Uint8Array(0) : number(checksum, 4),
  );
}

/** A block: its three bytes of header, and `body` behind them. */
export function block(type: 'raw' | 'run' | 'compressed' | 'reserved', size: number, isLast: boolean, body: Uint8Array): Uint8Array {
  const code = { raw: 0, run: 1, compressed: 2, reserved: 3 }[type];
  return join(number(size * 8 + code * 2 + (isLast ? 1 : 0), 3), body);
}

export const raw = (body: Uint8Array, isLast = true): Uint8Array => block('raw', body.length, isLast, body);

export const run = (byte: number, length: number, isLast = true): Uint8Array => block('run', length, isLast, Uint8Array.of(byte));

export const skippable = (length: number, kind = 0): Uint8Array =>
  join(number(0x184d2a50 + kind, 4), number(length, 4), new Uint8Array(length).fill(7));
