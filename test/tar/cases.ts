import { bytesSource, collect } from '../../src/stream/index.ts';
import { copyTar, scanTar, TarWriter, type WriteFormat, writeTar } from '../../src/tar/index.ts';
import { samples } from '../interop/samples.ts';
import { type Case, fails, same } from '../same.ts';
import { archive, base256, block, entry, gnuLong, join, pax, sameBytes, text } from './raw.ts';
import { readAll, readFault, readSync, readWhole } from './readers.ts';

const write = (format: WriteFormat): Promise<Uint8Array> =>
  collect(
    writeTar(
      samples.filter(({ formats }) => formats.includes(format)),
      { format },
    ),
  );

/** What every runtime must make of an archive alike; that it is the right thing is what the tests beside this file are for. */
export const cases: readonly Case[] = [
  ...(['ustar', 'gnu', 'pax'] as const).map((format) => ({
    name: `an archive of every kind of entry is written as ${format}, read by every reader, and written anew to the same bytes`,
    run: async (): Promise<void> => {
      const written = await write(format);
      const entries = await readWhole(written);
      same(entries.length, samples.filter(({ formats }) => formats.includes(format)).length);
      sameBytes(
        await collect(
          writeTar(
            entries.map(({ header, body }) => ({ ...header, ...(header.type === 'file' && { body }) })),
            { format },
          ),
        ),
        written,
      );
      const source = bytesSource(written);
      sameBytes(await collect(copyTar(await scanTar(source), source)), written);
    },
  })),
  {
    name: 'entries that are pushed give the bytes of entries that are pulled',
    run: async (): Promise<void> => {
      const chunks: Uint8Array[] = [];
      const writer = new TarWriter((chunk) => void chunks.push(chunk.slice()), { format: 'pax' });
      for (const sample of samples) await writer.add(sample);
      await writer.close();
      sameBytes(join(...chunks), await write('pax'));
    },
  },
  {
    name: 'every flipped bit of a header is found',
    run: async (): Promise<void> => {
      const whole = archive(block({ name: 'a-file', mtime: 1_700_000_000, uname: 'user' }));
      for (let bit = 0; bit < 512 * 8; bit++) {
        const flipped = whole.slice();
        flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));
        const { fault, entries } = await readSync(flipped);
        const isInChecksum = bit >> 3 >= 148 && bit >> 3 < 156; // where a NUL may become a space, and the number stay
        if (!fault && !(isInChecksum && entries.length === 1)) throw new Error(`bit ${bit} was flipped and nobody saw it`);
      }
    },
  },
  {
    name: 'an archive that is cut ends cleanly between entries and is TAR_TRUNCATED elsewhere',
    run: async (): Promise<void> => {
      const whole = join(pax({ path: 'a-long-name' }), entry({ name: 'short', size: 5 }, 'hello'), entry({ name: 'next' }));
      for (let length = 0; length <= whole.length; length += 61) {
        const { fault } = await readAll(whole.subarray(0, length));
        same(fault?.code, length % 512 === 0 && [0, 2048, 2560].includes(length) ? undefined : 'TAR_TRUNCATED');
      }
    },
  },
  {
    name: 'numbers past octal, names past their fields and bytes that are no text are exact',
    run: async (): Promise<void> => {
      const [first, second] = await readWhole(
        archive(
          join(gnuLong('L', 'n'.repeat(300)), block({ magic: 'gnu', mtime: base256(-2n, 12), uid: base256(5_000_000_000n, 8) })),
          join(pax({ path: Uint8Array.of(0x61, 0xff), mtime: '-1.25', 'SCHILY.xattr.user.x': Uint8Array.of(0, 255, 10) }), block()),
        ),
      );
      same([first?.header.name.length, first?.header.mtime.seconds, first?.header.uid], [300, -2, 5_000_000_000]);
      same([second?.header.name, second?.header.mtime], ['a\udcff', { seconds: -2, nanoseconds: 750_000_000 }]);
      same(second?.header.xattrs.get('user.x'), Uint8Array.of(0, 255, 10));
    },
  },
  {
    name: 'what is no tar is refused, and named where it is known',
    run: async (): Promise<void> => {
      const fault = await readFault(join(Uint8Array.of(0x1f, 0x8b, 8), text('x'.repeat(1021))));
      same([fault.code, fault.offset, /gzip/.test(fault.message)], ['TAR_CHECKSUM', 0, true]);
      await fails(() => collect(writeTar([{ name: 'n'.repeat(300) }], { format: 'ustar' })), 'TAR_FORMAT');
    },
  },
];
