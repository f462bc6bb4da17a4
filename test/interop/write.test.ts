import { readFileSync, rmSync } from 'node:fs';
import { pack } from 'tar-stream';
import { afterAll, describe, expect, it } from 'vitest';
import { encodeText, hasEscapes, toBase64 } from '../../src/bytes/index.ts';
import { asStream, bytesSource, collect } from '../../src/stream/index.ts';
import { copyTar, type EntryInit, readTarSync, scanTar, TarReader, type Timestamp, writeTar } from '../../src/tar/index.ts';
import { WRITTEN_TIME } from './differences.ts';
import { type Feature, makeFolder } from './folder.ts';
import { disagreements, type Listed, listed, ourListing } from './listing.ts';
import { isInstalled, python, run } from './readers.ts';
import { samples } from './samples.ts';

const folder = makeFolder();
afterAll(() => rmSync(folder.path, { recursive: true }));

const V7: readonly Feature[] = ['plain'];
const USTAR: readonly Feature[] = [...V7, 'special', 'split'];
const GNU: readonly Feature[] = [...USTAR, 'long', 'negative'];
const PAX: readonly Feature[] = [...GNU, 'nanoseconds'];

/** How a program is asked for a dialect, and what that dialect holds when this program writes it. */
const writers: readonly (readonly [program: string, options: string, features: readonly Feature[]])[] = [
  ['tar', '--format=v7', V7],
  ['tar', '--format=ustar', USTAR],
  ['tar', '--format=oldgnu', GNU],
  ['tar', '--format=gnu', GNU],
  ['tar', '--format=gnu --sparse', [...GNU, 'sparse']],
  ['tar', '--format=posix', PAX],
  ['tar', '--format=posix --xattrs --xattrs-include=user.*', [...PAX, 'xattrs']],
  ['tar', '--format=posix --sparse --sparse-version=0.0', [...PAX, 'sparse']],
  ['tar', '--format=posix --sparse --sparse-version=0.1', [...PAX, 'sparse']],
  ['tar', '--format=posix --sparse --sparse-version=1.0', [...PAX, 'sparse']],
  ['bsdtar', '--format=v7', V7],
  ['bsdtar', '--format=ustar', USTAR],
  ['bsdtar', '--format=gnutar', [...USTAR, 'long']], // it writes times before 1970 as 0
  ['bsdtar', '--format=pax --read-sparse', [...PAX, 'sparse', 'xattrs']],
];

/** A dialect without fractions of a second rounds them down. */
const rounded = (entry: Listed, features: readonly Feature[]): Listed =>
  features.includes('nanoseconds') ? entry : { ...entry, mtime: (entry.mtime ?? '').replace(/\.\d+$/, '.000000000') };

for (const program of ['tar', 'bsdtar']) {
  const missing = !isInstalled(program);
  const without = folder.missing.length > 0 ? ` (without ${folder.missing.join(' and ')}, which cannot be made here)` : '';
  describe.skipIf(missing)(`we read what ${program} writes${missing ? ` (skipped: ${program} is not installed)` : without}`, () => {
    it.each(writers.filter((writer) => writer[0] === program))('%s %s', async (_, options, features) => {
      const expected = folder.list(features).map((entry) => rounded(entry, features));
      const names = Buffer.concat(expected.flatMap(({ name }) => [encodeText(name), Buffer.of(0)]));
      const path = `${folder.path}.tar`;
      run(program, ['-c', '--null', '--no-recursion', ...options.split(' '), '-C', folder.path, '-f', path, '-T', '-'], names);
      const archive = new Uint8Array(readFileSync(path));
      rmSync(path);
      expect(disagreements(ourListing(archive), expected, options.includes('=pax') ? [WRITTEN_TIME] : [])).toEqual([]);
      await agreeWithOurselves(archive);
    });
  });
}

/** The three readers say the same, and the archive comes out of us as it went in. */
async function agreeWithOurselves(archive: Uint8Array): Promise<void> {
  const streamed: Listed[] = [];
  for await (const entry of new TarReader(asStream([archive.subarray(0, 700), archive.subarray(700)])))
    streamed.push(listed(entry.header, await entry.bytes()));
  expect(streamed).toEqual(ourListing(archive));
  const source = bytesSource(archive);
  const index = await scanTar(source);
  expect([...index]).toEqual([...readTarSync(archive)].map(({ header }) => header));
  expect(Buffer.compare(await collect(copyTar(index, source)), archive)).toBe(0);
}

/** The samples as plain data, for the writers that take entries. */
const plain = samples.filter(({ sparse, xattrs }) => !sparse && !xattrs);
const bodyOf = ({ body }: EntryInit): Uint8Array =>
  typeof body === 'string' ? encodeText(body) : ((body as Uint8Array | undefined) ?? new Uint8Array());
const secondsOf = ({ mtime }: EntryInit): number => (mtime as Timestamp).seconds + (mtime as Timestamp).nanoseconds / 1e9;
const withDefaults = async (entries: readonly EntryInit[]): Promise<Listed[]> => ourListing(await collect(writeTar(entries)));

const pythonIsMissing = !isInstalled('python3');
describe.skipIf(pythonIsMissing)(`we read what Python's tarfile writes${pythonIsMissing ? ' (skipped: python3 is not installed)' : ''}`, () => {
  it.each(['ustar', 'gnu', 'pax'] as const)('as %s', async (format) => {
    const entries = plain.filter(({ formats, name }) => formats.includes(format) && name !== 'nanoseconds'); // a float has no room for them
    const expected = await withDefaults(entries);
    const input = entries.map((entry, i) => {
      const { device, content, size, xattrs, mtime, ...fields } = expected[i] as Listed;
      const [devmajor, devminor] = (device ?? '0,0').split(',').map(Number);
      return {
        ...fields,
        devmajor,
        devminor,
        mtime: format === 'pax' ? secondsOf(entry) : Math.floor(secondsOf(entry)),
        body: toBase64(bodyOf(entry)),
      };
    });
    const path = `${folder.path}-python.tar`;
    run('python3', [python, 'write', path, format], JSON.stringify(input));
    const archive = new Uint8Array(readFileSync(path));
    rmSync(path);
    expect(disagreements(ourListing(archive), expected, [])).toEqual([]);
    await agreeWithOurselves(archive);
  });
});

describe('we read what tar-stream writes', () => {
  it('of all that it can write', async () => {
    // tar-stream writes names as UTF-8, cuts owners to 18 bits, and takes seconds with a 32-bit operator: times after 2038 become others.
    const holds = (entry: EntryInit): boolean =>
      !hasEscapes(entry.name + entry.linkname) && secondsOf(entry) < 2 ** 31 && Number(entry.uid) < 2 ** 18;
    const entries = plain.filter((entry) => entry.formats.length === 3 && holds(entry));
    const archive = pack();
    for (const entry of entries) {
      const {
        name,
        type = name.endsWith('/') ? 'directory' : 'file',
        mode = type === 'directory' ? 0o755 : type === 'symlink' ? 0o777 : 0o644,
      } = entry;
      const header = { ...entry, mode, mtime: new Date(secondsOf(entry) * 1000), type: type === 'hardlink' ? 'link' : type } as Parameters<
        typeof archive.entry
      >[0];
      archive.entry({ ...header, size: bodyOf(entry).length }, Buffer.from(bodyOf(entry)));
    }
    archive.finalize();
    const bytes = await collect(archive as AsyncIterable<Uint8Array>);
    expect(disagreements(ourListing(bytes), await withDefaults(entries), [])).toEqual([]);
    await agreeWithOurselves(bytes);
  });
});
