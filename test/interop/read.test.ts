import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { collect } from '../../src/stream/index.ts';
import { readTarSync, type WriteFormat, writeTar } from '../../src/tar/index.ts';
import { readDifferences } from './differences.ts';
import { disagreements, ourListing, sha256 } from './listing.ts';
import { isInstalled, peerReaders, run } from './readers.ts';
import { samples } from './samples.ts';

const folder = mkdtempSync(join(tmpdir(), 'lading-interop-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function write(format: WriteFormat): Promise<{ path: string; archive: Uint8Array }> {
  const archive = await collect(
    writeTar(
      samples.filter(({ formats }) => formats.includes(format)),
      { format },
    ),
  );
  const path = join(folder, `${format}.tar`);
  writeFileSync(path, archive);
  return { path, archive };
}

for (const { name, program, list } of peerReaders) {
  const missing = program !== undefined && !isInstalled(program);
  describe.skipIf(missing)(`${name} reads what we write${missing ? ` (skipped: ${program} is not installed)` : ''}`, () => {
    it.each(['ustar', 'gnu', 'pax'] as const)('as %s', async (format) => {
      const { path, archive } = await write(format);
      expect(disagreements(await list(path), ourListing(archive), readDifferences(name, format))).toEqual([]);
    });
  });
}

const gnuIsMissing = !isInstalled('tar');
describe.skipIf(gnuIsMissing)(`GNU tar unpacks what we write${gnuIsMissing ? ' (skipped: tar is not installed)' : ''}`, () => {
  it.each(['ustar', 'gnu', 'pax'] as const)('to the same bytes, as %s', async (format) => {
    const { path, archive } = await write(format);
    const bodies = [...readTarSync(archive)].filter(({ header }) => header.type === 'file').map(({ body }) => body);
    expect(sha256(run('tar', ['-xO', '--warning=no-unknown-keyword', '-f', path]))).toBe(sha256(Buffer.concat(bodies)));
  });
});
