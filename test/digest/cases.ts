import {
  algorithmOf,
  asDigest,
  Digester,
  digestOf,
  digestStream,
  type HashAlgorithm,
  isDigest,
  parseDigest,
  verifyStream,
} from '../../src/digest/index.ts';
import { asStream, collect, tap } from '../../src/stream/index.ts';
import { type Case, fails, same } from '../same.ts';

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const million = new Uint8Array(1_000_000).fill(0x61);

// FIPS 180-4: the empty message, and the examples that NIST publishes.
const vectors: readonly [name: string, message: Uint8Array, algorithm: HashAlgorithm, hex: string][] = [
  ['nothing', text(''), 'sha256', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
  ['abc', text('abc'), 'sha256', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  ['a million a', million, 'sha256', 'cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0'],
  [
    'nothing',
    text(''),
    'sha512',
    'cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e',
  ],
  [
    'abc',
    text('abc'),
    'sha512',
    'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f',
  ],
  [
    'a million a',
    million,
    'sha512',
    'e718483d0ce769644e2e42c7bc15b4638e1f98b13b2044285632a803afa973ebde0ff244877ea60a4cb0432ce577c31beb009c5c2c49aa2e4eadb217ad8cc09b',
  ],
];

const hex64 = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';

// The examples of the image specification's descriptor.md, and what its grammar leaves out.
const valid: readonly [text: string, algorithm: string, encoded: string][] = [
  [`sha256:${hex64}`, 'sha256', hex64],
  [`sha512:${hex64}${hex64}`, 'sha512', `${hex64}${hex64}`],
  ['sha256+b64u:LCa0a2j_xo_5m0U8HTBBNBNCLXBkg7-g-YpeiGJm564', 'sha256+b64u', 'LCa0a2j_xo_5m0U8HTBBNBNCLXBkg7-g-YpeiGJm564'],
  ['multihash+base58:QmRZxt2b1FVZPNqd8hsiykDL3TdBDeTSPX9Kv46HmX4Gx8', 'multihash+base58', 'QmRZxt2b1FVZPNqd8hsiykDL3TdBDeTSPX9Kv46HmX4Gx8'],
  ['a.b_c-d+e:x=', 'a.b_c-d+e', 'x='],
];

const invalid: readonly [name: string, text: string][] = [
  ['nothing', ''],
  ['no separator', hex64],
  ['no algorithm', `:${hex64}`],
  ['no encoded part', 'sha256:'],
  ['upper-case hex', `sha256:${hex64.toUpperCase()}`],
  ['a digit too few', `sha256:${hex64.slice(1)}`],
  ['a digit too many', `sha256:${hex64}0`],
  ['sha512 of the length of sha256', `sha512:${hex64}`],
  ['an upper-case algorithm', `SHA256:${hex64}`],
  ['two separators in the algorithm', 'a++b:c'],
  ['a separator at its end', 'a+:c'],
  ['a way out of a folder in the encoded part (CVE-2024-3727)', 'sha256:../../etc/passwd'],
  ['a way out of a folder in the algorithm', '../x:abc'],
  ['a slash in an unknown algorithm', 'blake3:ab/cd'],
  ['a newline at the end', `sha256:${hex64}\n`],
  ['a NUL', 'x:a\0'],
  ['a third part', `sha256:${hex64}:x`],
];

const content = text('the content of a layer');
const digest = digestOf(content);
const chunks = (...parts: Uint8Array[]): AsyncIterable<Uint8Array> => asStream(parts);
const bytewise = (): AsyncIterable<Uint8Array> => asStream(Array.from(content, (byte) => Uint8Array.of(byte)));
const never: AsyncIterable<Uint8Array> = {
  [Symbol.asyncIterator]: () => {
    throw new Error('the stream was touched');
  },
};

export const cases: readonly Case[] = [
  ...vectors.map(([name, message, algorithm, hex]) => ({
    name: `${algorithm} of ${name}`,
    run(): void {
      same(digestOf(message, algorithm), `${algorithm}:${hex}`);
    },
  })),
  ...vectors.map(([name, message, algorithm, hex]) => ({
    name: `${algorithm} of ${name}, as a stream of uneven chunks`,
    async run(): Promise<void> {
      const parts: Uint8Array[] = [];
      for (let at = 0, step = 1; at < message.length; at += step, step = (step * 7 + 3) % 65_537) parts.push(message.subarray(at, at + step));
      same(await digestStream(chunks(...parts), algorithm), `${algorithm}:${hex}`);
    },
  })),
  ...valid.map(([digest, algorithm, encoded]) => ({
    name: `${digest} is taken apart`,
    run(): void {
      same(parseDigest(digest), { algorithm, encoded });
      same(isDigest(digest), true);
      same(asDigest(digest), digest);
    },
  })),
  ...invalid.map(([name, text]) => ({
    name: `${name} is no digest`,
    async run(): Promise<void> {
      same(isDigest(text), false);
      await fails(() => parseDigest(text), 'DIGEST_INVALID');
      await fails(() => asDigest(text), 'DIGEST_INVALID');
      await fails(() => verifyStream(never, { digest: text }), 'DIGEST_INVALID');
    },
  })),
  {
    name: 'an algorithm that is not computed here is a digest, and an error only where content is to be checked',
    async run(): Promise<void> {
      same(isDigest('sha384:abc'), true);
      same(isDigest('constructor:abc'), true);
      for (const digest of ['sha384:abc', 'constructor:abc', 'hasown:x']) {
        await fails(() => algorithmOf(digest), 'DIGEST_ALGORITHM');
        await fails(() => verifyStream(never, { digest, size: 1 }), 'DIGEST_ALGORITHM');
      }
      same(algorithmOf(`sha256:${hex64}`), 'sha256');
    },
  },
  {
    name: 'a view into a larger buffer is hashed alone',
    run(): void {
      const larger = new Uint8Array(content.length + 20).fill(7);
      larger.set(content, 11);
      same(digestOf(larger.subarray(11, 11 + content.length)), digest);
    },
  },
  {
    name: 'a digester counts and hashes what passes through a tap',
    async run(): Promise<void> {
      const digester = new Digester();
      same(await collect(tap(bytewise(), (chunk) => digester.update(chunk))), content);
      same([digester.size, digester.digest()], [content.length, digest]);
    },
  },
  {
    name: 'content of the right size and digest passes unchanged',
    async run(): Promise<void> {
      same(await collect(verifyStream(bytewise(), { digest, size: content.length })), content);
      same(await collect(verifyStream(chunks(content), { digest })), content);
      same(await collect(verifyStream(chunks(), { digest: digestOf(new Uint8Array(0)), size: 0 })), new Uint8Array(0));
    },
  },
  {
    name: 'content that is too long fails at the chunk that leads past the size, which is not passed on',
    async run(): Promise<void> {
      let given = 0;
      async function* endless(): AsyncGenerator<Uint8Array> {
        for (;;) yield new Uint8Array(++given > 3 ? 1000 : 10);
      }
      let passed = 0;
      await fails(async () => {
        for await (const chunk of verifyStream(endless(), { digest, size: 35 })) passed += chunk.length;
      }, 'DIGEST_SIZE');
      same([given, passed], [4, 30]);
    },
  },
  {
    name: 'content that is too short fails by its size, whatever its digest',
    async run(): Promise<void> {
      await fails(() => collect(verifyStream(chunks(content), { digest, size: content.length + 1 })), 'DIGEST_SIZE');
      await fails(() => collect(verifyStream(chunks(), { digest, size: 1 })), 'DIGEST_SIZE');
    },
  },
  {
    name: 'content of the right size that differs in one bit fails at the end',
    async run(): Promise<void> {
      for (let bit = 0; bit < content.length * 8; bit++) {
        const other = content.slice();
        other[bit >> 3] = (other[bit >> 3] as number) ^ (1 << (bit & 7));
        await fails(() => collect(verifyStream(chunks(other), { digest, size: content.length })), 'DIGEST_MISMATCH');
      }
    },
  },
  {
    name: 'nothing is said of content that is left early, and its stream is told',
    async run(): Promise<void> {
      let closed = false;
      async function* watched(): AsyncGenerator<Uint8Array> {
        try {
          yield text('other');
          yield text('content');
        } finally {
          closed = true;
        }
      }
      for await (const _ of verifyStream(watched(), { digest })) break;
      same(closed, true);
    },
  },
  {
    name: 'the errors carry what was expected and what came',
    async run(): Promise<void> {
      const caught = async (size: number): Promise<unknown> => {
        const error = await collect(verifyStream(chunks(text('other')), { digest, size })).catch((error: unknown) => error);
        const { expected, actual } = error as { expected: unknown; actual: unknown };
        return [expected, actual];
      };
      same(await caught(5), [digest, digestOf(text('other'))]);
      same(await caught(9), [9, 5]);
      same(await caught(4), [4, 5]);
    },
  },
];
