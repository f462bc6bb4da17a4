import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { paint } from '../../src/cli/format/paint.ts';
import { failure, lading, shell, start } from './command.ts';
import { makeSamples, tar } from './samples.ts';

const cwd = await makeSamples();

describe('standard output', () => {
  it('may be closed by a reader that has seen enough', async () => {
    writeFileSync(
      join(cwd, 'many.tar'),
      await tar(Array.from({ length: 20_000 }, (_, i) => ({ name: `directory/with/a/long/name/file-${i}`, body: '' }))),
    );
    expect(shell('set -o pipefail; lading ls -R many.tar | head -n 1', cwd)).toEqual({ status: 0, stdout: 'directory\n', stderr: '' });
    expect(shell('lading edit --help | true; lading ls | true', cwd)).toMatchObject({ stderr: expect.not.stringContaining('EPIPE') });
    expect(shell('lading export many.tar -o - | head -c 5; echo $PIPESTATUS', cwd)).toEqual({ status: 0, stdout: 'direc0\n', stderr: '' });
  });

  it('that cannot be written is an error', () => {
    expect(shell('lading ls app.tar > /dev/full', cwd)).toMatchObject({ status: 3, stderr: expect.stringMatching(/^lading: Cannot write .*ENOSPC/) });
  });

  it('gets every byte of a large file, whatever its reader does meanwhile', async () => {
    const body = new Uint8Array(5_000_000).map((_, i) => (i * 7) % 251);
    writeFileSync(join(cwd, 'large.tar'), await tar([{ name: 'large', body }]));
    expect(shell('lading cat large.tar large | (sleep 0.5; wc -c)', cwd).stdout.trim()).toBe('5000000');
  });
});

describe('standard input', () => {
  it('is read once where only a list is wanted, and where bodies are wanted kept in memory or, if it is large, in a file without a name', async () => {
    const input = await tar([
      { name: 'large', body: new Uint8Array(9_000_000) },
      { name: 'small', body: 'small\n' },
    ]);
    expect(lading(['ls', '-R', '--json', '--digest', '-'], { input })).toMatchObject({ status: 0, stderr: '' });
    expect(lading(['index', '--digest', '-'], { input })).toMatchObject({ status: 0, stderr: '' });
    expect(lading(['cat', '-', 'small'], { input })).toEqual({
      status: 0,
      stdout: 'small\n',
      stderr: 'lading: what cannot be read at any place (a pipe, a compressed layer) is kept in a temporary file, which is gone when this ends\n',
    });
  });

  it('that is cut is an error', () => {
    const app = readFileSync(join(cwd, 'app.tar'));
    expect(failure(['ls', '-'], { input: app.subarray(0, 2000) })).toMatchObject({ status: 3, code: 'TAR_TRUNCATED' });
    expect(failure(['ls', '-'], { input: readFileSync(join(cwd, 'app.tar.gz')).subarray(0, 100) })).toMatchObject({
      status: 3,
      code: 'COMPRESS_TRUNCATED',
    });
  });
});

describe('an interrupted command', () => {
  it('leaves nothing half-written', async () => {
    const child = start(['export', '-', '-o', 'never.tar', '--format', 'pax'], cwd);
    const app = await tar([{ name: 'one', body: 'one' }]);
    child.stdin?.write(app.subarray(0, 600));
    await new Promise((resolve) => setTimeout(resolve, 1500));
    child.kill('SIGINT');
    expect(await once(child, 'exit')).toEqual([null, 'SIGINT']);
    expect(existsSync(join(cwd, 'never.tar'))).toBe(false);
    expect(readdirSync(cwd).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('takes away what it was writing', async () => {
    writeFileSync(join(cwd, 'big.tar'), await tar([{ name: 'big', body: new Uint8Array(60_000_000) }]));
    const child = start(['export', 'big.tar', '-o', 'big-copy.tar', '--json'], cwd);
    const unfinished = (): string[] => readdirSync(cwd).filter((name) => name.startsWith('.lading-part-'));
    await vi.waitFor(() => expect(unfinished()).toHaveLength(1), { timeout: 30_000, interval: 1 });
    child.kill('SIGTERM');
    const [, signal] = await once(child, 'exit');
    expect({ signal, left: unfinished(), whole: existsSync(join(cwd, 'big-copy.tar')) }).toEqual({ signal: 'SIGTERM', left: [], whole: false });
  });
});

describe('colour', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it('is for terminals that have it', () => {
    vi.stubGlobal('process', { ...process, stdout: { isTTY: true, hasColors: () => true } });
    expect([paint('bold', 'x'), paint('dim', '')]).toEqual(['\x1b[1mx\x1b[0m', '']);
    vi.stubGlobal('process', { ...process, stdout: { isTTY: true, hasColors: () => false } });
    expect(paint('bold', 'x')).toBe('x');
    vi.stubGlobal('process', { ...process, stdout: { isTTY: undefined } });
    expect(paint('bold', 'x')).toBe('x');
  });
});
