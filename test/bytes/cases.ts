import {
  compareText,
  concatBytes,
  copyBytes,
  decodeText,
  encodeText,
  equalBytes,
  fromBase64,
  hasEscapes,
  sniffMagic,
  toBase64,
  toHex,
} from '../../src/bytes/index.ts';
import { type Case, fails, same } from '../same.ts';

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

/** Ill-formed UTF-8 of every kind that Unicode's table 3-7 excludes, and what each byte string decodes to. */
const illFormed: readonly [string, Uint8Array, string][] = [
  ['a lone continuation byte', bytes(0x80), '\udc80'],
  ['an overlong slash', bytes(0xc0, 0xaf), '\udcc0\udcaf'],
  ['an overlong three-byte form', bytes(0xe0, 0x80, 0xaf), '\udce0\udc80\udcaf'],
  ['an encoded surrogate', bytes(0xed, 0xa0, 0x80), '\udced\udca0\udc80'],
  ['a code point past U+10FFFF', bytes(0xf4, 0x90, 0x80, 0x80), '\udcf4\udc90\udc80\udc80'],
  ['a lead byte that never is', bytes(0xff), '\udcff'],
  ['a sequence cut short', bytes(0x61, 0xe2, 0x82), 'a\udce2\udc82'],
  ['a good sequence after a bad byte', bytes(0xe9, 0xc3, 0xa9), '\udce9é'],
];

/** Decodes and encodes every `step`th name of two bytes. */
export function roundTrip(step: number): void {
  const seen = new Set<string>();
  for (let pair = 0; pair < 65536; pair += step) {
    const name = bytes(pair >> 8, pair & 0xff);
    const text = decodeText(name);
    if (!equalBytes(encodeText(text), name)) throw new Error(`${toHex(name)} came back as ${toHex(encodeText(text))}`);
    seen.add(text);
  }
  same(seen.size, Math.ceil(65536 / step));
}

export const cases: readonly Case[] = [
  {
    name: 'names of two bytes decode to their own text, and back to their bytes',
    run: () => roundTrip(41), // every 41st: what a TextDecoder throws takes a runtime up to half a millisecond
  },
  ...illFormed.map(([what, input, text]) => ({
    name: `${what} is kept byte by byte`,
    run(): void {
      same(decodeText(input), text);
      same(encodeText(text), input);
      same(hasEscapes(text), true);
    },
  })),
  {
    name: 'well-formed text has no escapes, a byte order mark stays, and ranges are respected',
    run(): void {
      const text = '\ufeffnaïve 文件 🚢';
      same(hasEscapes(text), false);
      same(decodeText(encodeText(text)), text);
      same(decodeText(encodeText('abcdef'), 2, 4), 'cd');
      same(decodeText(encodeText('x'.repeat(2000))), 'x'.repeat(2000));
      same(decodeText(encodeText('abc'), 3), '');
    },
  },
  {
    name: 'a surrogate that stands for no byte is a TypeError',
    run: async (): Promise<void> => {
      await fails(() => encodeText('\ud800'), 'TypeError');
      await fails(() => encodeText('\udc41'), 'TypeError');
    },
  },
  {
    name: 'the order of texts is that of their bytes, past U+FFFF too',
    run(): void {
      const ordered = ['', 'a', 'a/b', 'ab', 'é', '\uffff', '🚢', '🚣', '\udcff'];
      same(ordered.toReversed().sort(compareText), ordered);
    },
  },
  {
    name: 'hexadecimal and base64 go both ways, and what is no base64 is undefined',
    run(): void {
      const all = Uint8Array.from({ length: 256 }, (_, i) => i);
      same(toHex(bytes(0, 15, 255)), '000fff');
      same(fromBase64(toBase64(all)), all);
      same(toBase64(bytes(1, 0, 0, 2)), 'AQAAAg==');
      same(fromBase64('AQAAAg'), bytes(1, 0, 0, 2));
      same(fromBase64('no base64!'), undefined);
      same(toBase64(new Uint8Array(20_000)).length, 26_668);
    },
  },
  {
    name: 'a format is known by its first bytes',
    run(): void {
      same(sniffMagic(bytes(0x1f, 0x8b, 8)), 'gzip');
      same(sniffMagic(bytes(0x28, 0xb5, 0x2f, 0xfd)), 'zstd');
      same(sniffMagic(bytes(0x53, 0x2a, 0x4d, 0x18)), 'zstd');
      same(sniffMagic(bytes(0x1f, 0x8b)), undefined);
      same(sniffMagic(bytes()), undefined);
    },
  },
  {
    name: 'a copy shares nothing with what it was made of',
    run(): void {
      const whole = bytes(1, 2, 3, 4);
      const copies = [copyBytes(whole), copyBytes(whole, 1), copyBytes(whole.subarray(1), 0, 2), copyBytes(whole, 4)];
      whole.fill(9);
      same(copies, [bytes(1, 2, 3, 4), bytes(2, 3, 4), bytes(2, 3), bytes()]);
    },
  },
  {
    name: 'byte strings join in order',
    run(): void {
      same(concatBytes([bytes(1), bytes(), bytes(2, 3)]), bytes(1, 2, 3));
      same(concatBytes([]), bytes());
    },
  },
];
