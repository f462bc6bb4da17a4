import { PathError } from '../errors.ts';
import { type ByteStream, releaseOf } from '../stream/index.ts';
import { fail } from './outcome.ts';
import { hideProgress } from './progress.ts';

/** Text is gathered to about so many characters before it is written. */
const CHUNK = 64 * 1024;

/** Writes to standard output, and waits while its reader is behind. */
export async function writeOut(data: string | Uint8Array): Promise<void> {
  hideProgress();
  if (!process.stdout.write(data)) await new Promise((resolve) => process.stdout.once('drain', resolve));
}

/** Writes a stream to standard output. */
export async function writeStream(stream: ByteStream): Promise<void> {
  hideProgress();
  const release = releaseOf(stream);
  for await (const chunk of stream) {
    await new Promise((resolve) => process.stdout.write(chunk, resolve)); // until then it may be looked at; a fault ends the command, as below
    release(chunk);
  }
}

/** Writes texts to standard output in large pieces. Each brings its own line end. */
export async function writeText(texts: Iterable<string>): Promise<void> {
  let gathered = '';
  for (const text of texts) {
    gathered += text;
    if (gathered.length < CHUNK) continue;
    await writeOut(gathered);
    gathered = '';
  }
  await writeOut(gathered);
}

/** One JSON document. */
export function writeJson(value: unknown): Promise<void> {
  return writeOut(`${JSON.stringify(value, undefined, 2)}\n`);
}

/** One JSON array with an element a line. */
export function writeJsonArray(values: Iterable<unknown>): Promise<void> {
  return writeText(jsonArray(values));
}

function* jsonArray(values: Iterable<unknown>): Generator<string> {
  let lead = '[';
  for (const value of values) {
    yield `${lead}\n${JSON.stringify(value)}`;
    lead = ',';
  }
  yield lead === '[' ? '[]\n' : '\n]\n';
}

/** A reader that has seen enough (`| head`) is no fault: the command ends there. */
export function watchOutput(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') fail(new PathError('OUTPUT_FAILED', 'write', '-', error.message, { cause: error }), process.argv.includes('--json'));
    process.exit();
  });
}
