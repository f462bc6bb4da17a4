import { spawnSync } from 'node:child_process';
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeTar } from '../../src/tar/index.ts';
import { MAIN } from './command.ts';

// Chunks that are held until they are collected come to 40 MB and more: a peak of twice as much, whatever the machine.

const folder = mkdtempSync(join(tmpdir(), 'lading-memory-'));
afterAll(() => rmSync(folder, { recursive: true }));

const MIB = 1024 * 1024;
const SIZES = { small: 4, large: 256 };

beforeAll(async () => {
  for (const [name, size] of Object.entries(SIZES)) {
    const archive = (): AsyncIterable<Uint8Array> => writeTar([{ name: 'file', size: size * MIB, body: mebibytes(size) }]);
    await pipeline(archive, createWriteStream(join(folder, `${name}.tar`)));
    await pipeline(archive, createGzip({ level: 1 }), createWriteStream(join(folder, `${name}.tar.gz`)));
  }
});

async function* mebibytes(count: number): AsyncGenerator<Uint8Array> {
  const piece = new Uint8Array(MIB);
  for (let i = 0; i < count; i++) yield piece;
}

const PRINT_PEAK = "data:text/javascript,process.on('exit',()=>process.stderr.write(String(process.resourceUsage().maxRSS)))";

/** The most memory that the command takes, in MB. */
function peak(args: readonly string[]): number {
  const { status, stderr } = spawnSync(process.execPath, ['--import', PRINT_PEAK, MAIN, ...args], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`lading ${args.join(' ')}: status ${status}\n${stderr}`);
  return Number(stderr) / 1000;
}

describe('a file of any size takes the same memory', () => {
  for (const ending of ['.tar', '.tar.gz']) {
    for (const [verb, ...after] of [['ls'], ['index', '--digest'], ['cat', 'file'], ['export', '-o', '-']] as const) {
      it(`${verb} of a ${ending}`, () => {
        const [small, large] = [peak([verb, `small${ending}`, ...after]), peak([verb, `large${ending}`, ...after])];
        expect(large).toBeLessThan(small * 1.25);
      });
    }
  }
});
