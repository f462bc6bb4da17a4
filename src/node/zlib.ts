import type { Transform } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import native from 'node:zlib';
import type { Zlib } from '../compress/index.ts';
import { LadingError } from '../errors.ts';
import { ByteReader, type ByteStream } from '../stream/index.ts';
import { deflate } from './deflate.ts';
import { lentByZlib } from './memory.ts';

const { constants } = native;

/**
 * What one turn through the thread pool gives at most. 471 MB by 64 KiB, 256 KiB, 1 MiB take 1120, 900 and 810 ms on Node 20. Where the main thread has work
 * too, zlib waits for it at each turn: to merge an image of 266 MB of gzip takes a tenth more by 512 KiB, and as long by 2 MiB, for several of which there is to be room.
 */
const TURN = 1024 * 1024;
const options = { chunkSize: TURN };

// Node 20 has no zstd.
const hasZstd = 'createZstdDecompress' in native;

/** The side of `#zlib` on `node:zlib`. The streams of zlib are faster than its synchronous calls and leave the event loop free. */
export const zlib: Zlib = {
  crc32: native.crc32,
  inflate: (reader) => pump(native.createInflateRaw(options), reader, 'gzip'),
  gunzip: (reader) => pump(native.createGunzip(options), reader, 'gzip'),
  deflate,
  unzstd: hasZstd ? unzstd : undefined,
  zstd: hasZstd ? zstd : undefined,
};

async function* unzstd(frames: ByteStream, maxWindow: number): AsyncGenerator<Uint8Array> {
  const windowLog = Math.min(31, Math.max(10, Math.ceil(Math.log2(maxWindow))));
  const reader = new ByteReader(frames);
  try {
    // Node 24 takes no input at all for one that ends early.
    if (await reader.fill(1))
      yield* pump(native.createZstdDecompress({ ...options, params: { [constants.ZSTD_d_windowLogMax]: windowLog } }), reader, 'zstd');
  } finally {
    await reader.close();
  }
}

function zstd(input: ByteStream, level: number): AsyncGenerator<Uint8Array> {
  const params = { [constants.ZSTD_c_compressionLevel]: level, [constants.ZSTD_c_checksumFlag]: 1 };
  return pumpAll(native.createZstdCompress({ ...options, params }), input, 'zstd');
}

async function* pumpAll(stream: ZlibStream, input: ByteStream, format: string): AsyncGenerator<Uint8Array> {
  const reader = new ByteReader(input);
  try {
    yield* pump(stream, reader, format);
  } finally {
    await reader.close();
  }
}

type State = 'hungry' | 'busy' | 'ended' | Error;
type ZlibStream = Transform & { readonly bytesWritten: number };

/** So many chunks may wait to be taken before zlib stops. Until then it works on while the first of them is being looked at. */
const AHEAD = 2;

/**
 * Drives a stream of zlib by hand. It is two pieces of input and a few chunks ahead of its consumer and no further, so a consumer that stalls stalls the
 * input; and the reader ends up right behind the last byte that zlib wanted, which no pipe would tell.
 */
async function* pump(stream: ZlibStream, reader: ByteReader, format: string): AsyncGenerator<Uint8Array> {
  const waiting: Buffer[] = [];
  let state = 'hungry' as State;
  let wake = (): void => {};
  const become = (next: State): void => {
    if (state === 'hungry' || state === 'busy') state = next;
    feed().catch(become);
    wake();
  };

  reader.giveBack(); // zlib is done with input when it has answered
  let used = 0;
  const settle = (): void => {
    reader.advance(stream.bytesWritten - used);
    used = stream.bytesWritten;
  };
  // What comes behind the piece that zlib has is read meanwhile: of a pipe that saves a tenth of the time.
  let ahead: Promise<unknown> = Promise.resolve();
  const feed = async (): Promise<void> => {
    if (state !== 'hungry' || waiting.length >= AHEAD) return;
    state = 'busy';
    settle();
    if (reader.available === 0) await ahead;
    if (reader.available === 0 && !(await reader.fill(1))) {
      stream.end();
      return;
    }
    const piece = reader.peek(1).subarray(0, TURN);
    stream.write(piece, (error) => !error && become('hungry'));
    ahead = reader.fill(piece.length + 1);
    ahead.catch(() => {}); // it is waited for in its turn
  };

  stream.on('end', () => become('ended'));
  stream.on('error', (error) => become(fault(error, format)));
  stream.on('data', (chunk: Buffer) => {
    if (waiting.push(chunk) >= AHEAD) stream.pause();
    wake();
  });
  try {
    for (;;) {
      feed().catch(become);
      const chunk = waiting.shift();
      if (stream.isPaused()) stream.resume();
      if (chunk) yield lentByZlib(chunk);
      else if (state instanceof Error) throw state;
      else if (state === 'ended') {
        settle();
        await ahead;
        return;
      } else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  } finally {
    stream.destroy();
    // The input can be closed only when it has answered. One that does so at once is waited for, one that stalls is not.
    await Promise.race([ahead.catch(() => {}), turn()]);
  }
}

function fault(error: NodeJS.ErrnoException, format: string): LadingError {
  const verb = `Cannot decompress ${format} data`;
  if (error.code === 'Z_BUF_ERROR') return new LadingError('COMPRESS_TRUNCATED', `${verb}: the input ends early; get it again`, { cause: error });
  return new LadingError('COMPRESS_CORRUPT', `${verb}: ${error.message}`, { cause: error });
}
