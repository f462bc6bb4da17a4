import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { hideProgress, progressLine, showsProgress, watchedSource, watchedStream, watchTime } from '../../src/cli/progress.ts';
import { bytesSource, collect } from '../../src/stream/index.ts';

const drawn: string[] = [];
let now = 0;
beforeEach(() => {
  drawn.length = 0;
  now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => drawn.push(String(text)) > 0);
});
afterEach(() => {
  hideProgress();
  vi.restoreAllMocks();
});

/** Chunks of a KiB that come so many milliseconds apart. */
async function* slowly(chunks: number, each: number): AsyncGenerator<Uint8Array> {
  for (let i = 0; i < chunks; i++) {
    now += each;
    yield new Uint8Array(1024);
  }
}

describe('a bar', () => {
  it.each([
    [{ label: 'reading a.tar', total: 1024, read: 0 }, 'reading a.tar  [                        ] 0%  of 1.00 KiB'],
    [{ label: 'reading a.tar', total: 1024, read: 512 }, 'reading a.tar  [============            ] 50%  of 1.00 KiB'],
    [{ label: 'reading a.tar', total: 1024, read: 1280 }, 'reading a.tar  [======                  ] 25%  of 1.00 KiB'],
    [{ label: 'reading', total: undefined, read: 2 ** 21 }, 'reading  2.00 MiB'],
    [{ label: 'reading empty', total: 0, read: 0 }, 'reading empty  0 bytes'],
    [{ label: 'reading \x1b[2J', total: undefined, read: 1 }, 'reading \\x1b[2J  1 byte'],
    [{ label: `reading ${'long'.repeat(20)}`, total: undefined, read: 1 }, `reading ${'long'.repeat(5)}lon…  1 byte`],
  ])('for %j is one line', (progress, line) => {
    expect(progressLine(progress)).toBe(line);
  });

  it('is not drawn in the first second', async () => {
    await collect(watchedStream(slowly(10, 99), 'reading'));
    expect(drawn).toEqual([]);
  });

  it('is drawn ten times a second after that, and taken away', async () => {
    await collect(watchedStream(slowly(12, 100), 'reading'));
    expect(drawn).toEqual(['\rreading  10.0 KiB\x1b[K', '\rreading  11.0 KiB\x1b[K', '\rreading  12.0 KiB\x1b[K']);
    hideProgress();
    hideProgress();
    expect(drawn.slice(3)).toEqual(['\r\x1b[K']);
  });

  it('counts whatever is read of a source, in any way, and changes none of it', async () => {
    const bytes = Uint8Array.from({ length: 2048 }, (_, i) => i % 256);
    const source = watchedSource(bytesSource(bytes), 'reading a.tar');
    expect(source.size).toBe(2048);
    expect(await source.read(10, 1014)).toEqual(bytes.slice(10, 1024));
    expect(source.readSync?.(0, 10)).toEqual(bytes.slice(0, 10));
    now = 2000;
    expect(await collect(source.slice(1024).stream())).toEqual(bytes.slice(1024));
    expect(drawn).toEqual(['\rreading a.tar  [                        ] 0%  of 2.00 KiB\x1b[K']);
  });

  it('tells the time where nobody counts bytes, until that is read', () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const stop = watchTime('reading layout');
    for (now = 100; now <= 2000; now += 100) vi.advanceTimersByTime(100);
    stop();
    vi.advanceTimersByTime(1000);
    vi.useRealTimers();
    expect(drawn).toHaveLength(11);
    expect([drawn[0], drawn.at(-1)]).toEqual(['\rreading layout  1 s\x1b[K', '\rreading layout  2 s\x1b[K']);
  });

  it('needs a terminal', () => {
    expect(showsProgress()).toBe(process.stderr.isTTY);
  });
});
