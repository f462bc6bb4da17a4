import { type ByteStream, createSource, type Source, tap } from '../stream/index.ts';
import { formatSize } from './format/size.ts';
import { printable } from './format/text.ts';

/** What ends within this many milliseconds shows no bar. */
const PATIENCE = 1000;
const INTERVAL = 100;
const WIDTH = 24;
const LABEL = 32;

/** How far an input has been read, as a bar on standard error. */
interface Progress {
  readonly label: string;
  /** Bytes of the input; `undefined` where nobody knows. */
  readonly total: number | undefined;
  read: number;
  /** When the bar is to be drawn next, in milliseconds. */
  due: number;
}

let shown = false;

/** Whether there is a terminal to show a bar on. */
export function showsProgress(): boolean {
  return process.stderr.isTTY;
}

/** The same source, with a bar that tells how much of it has been read. A second pass over it begins the bar anew. */
export function watchedSource(source: Source, label: string): Source {
  const progress = begin(label, source.size);
  const { readSync } = source;
  return createSource(
    {
      read: (position, length) => {
        advance(progress, length);
        return source.read(position, length);
      },
      ...(readSync && {
        readSync: (position: number, length: number) => {
          advance(progress, length);
          return readSync(position, length);
        },
      }),
      stream: (start, end) => counted(source.stream(start, end), progress),
    },
    source.size,
  );
}

/** The same stream, with a count of what has passed. */
export function watchedStream(stream: ByteStream, label: string): ByteStream {
  return counted(stream, begin(label, undefined));
}

/** Tells for how long something has been read of which nobody counts the bytes, such as a folder, until what this returns is called. */
export function watchTime(label: string): () => void {
  const began = performance.now();
  const timer = setInterval(() => {
    const seconds = Math.floor((performance.now() - began) / 1000);
    if (seconds > 0) draw(`${printable(shortened(label))}  ${seconds} s`);
  }, INTERVAL);
  timer.unref();
  return () => clearInterval(timer);
}

/** Takes the bar away before something else is written to the terminal. */
export function hideProgress(): void {
  if (shown) process.stderr.write('\r\x1b[K');
  shown = false;
}

function begin(label: string, total: number | undefined): Progress {
  return { label, total, read: 0, due: performance.now() + PATIENCE };
}

function counted(stream: ByteStream, progress: Progress): ByteStream {
  return tap(stream, ({ length }) => advance(progress, length));
}

function advance(progress: Progress, bytes: number): void {
  progress.read += bytes;
  const now = performance.now();
  if (now < progress.due) return;
  progress.due = now + INTERVAL;
  draw(progressLine(progress));
}

function draw(line: string): void {
  shown = true;
  process.stderr.write(`\r${line}\x1b[K`);
}

function shortened(label: string): string {
  return label.length > LABEL ? `${label.slice(0, LABEL - 1)}…` : label;
}

/** One line without its end, short enough not to be wrapped by most terminals. */
export function progressLine({ label, total, read }: Pick<Progress, 'label' | 'total' | 'read'>): string {
  const name = printable(shortened(label));
  if (!total) return `${name}  ${formatSize(read)}`;
  const part = (read % total) / total;
  const full = Math.floor(part * WIDTH);
  return `${name}  [${'='.repeat(full)}${' '.repeat(WIDTH - full)}] ${Math.floor(part * 100)}%  of ${formatSize(total)}`;
}
