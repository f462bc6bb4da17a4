import type { ByteStream } from '../stream/index.ts';
import { lentChunks } from './memory.ts';

/** What comes through standard input. It can be read once. */
export function standardInput(): ByteStream {
  return lentChunks(process.stdin);
}
