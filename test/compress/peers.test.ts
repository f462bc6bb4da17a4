import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { compress, decompress } from '../../src/compress/index.ts';
import { collect } from '../../src/stream/index.ts';
import { run } from '../interop/readers.ts';

const isMissing = (program: string): boolean => spawnSync(program, ['--help']).error !== undefined;

// Two megabytes that pack about as well as programs do: several blocks of every format.
const sample = Buffer.concat(
  Array.from({ length: 400 }, (_, i) =>
    Buffer.concat([Buffer.alloc(1000 + i, `line ${i} of the sample\n`), Buffer.from(Uint8Array.from({ length: 3500 }, (_, k) => (k * k * i) >> 7))]),
  ),
);

const writers: readonly [program: string, args: readonly string[]][] = [
  ['gzip', ['-1']],
  ['gzip', ['-9']],
  ['zstd', ['-q', '-1']],
  ['zstd', ['-q', '-19', '--long=24']],
  ['zstd', ['-q', '-5', '--no-check']],
  ['xz', ['-0']],
  ['xz', ['-3', '--check=crc32', '--block-size=300000']],
  ['bzip2', ['-1']],
  ['bzip2', ['-9']],
];

for (const [program, args] of writers) {
  const missing = isMissing(program);
  describe.skipIf(missing)(`what ${program} ${args.join(' ')} writes${missing ? ` (skipped: ${program} is not installed)` : ''}`, () => {
    it('unpacks to what went in, once and twice over', async () => {
      const packed = run(program, [...args, '-c'], sample);
      expect(Buffer.compare(await collect(decompress(packed)), sample)).toBe(0);
      expect(Buffer.compare(await collect(decompress([packed, packed])), Buffer.concat([sample, sample]))).toBe(0);
    });
  });
}

const missing = isMissing('gzip');
describe.skipIf(missing)(`gzip${missing ? ' (skipped: it is not installed)' : ''}`, () => {
  it.each([0, 1, 6, 9])('unpacks what we write at level %i', async (level) => {
    const packed = await collect(compress(sample, { format: 'gzip', level }));
    expect(Buffer.compare(run('gzip', ['-dc'], packed), sample)).toBe(0);
  });
});
