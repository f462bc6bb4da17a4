import type { Source } from '../stream/index.ts';
import { padded } from './body.ts';
import type { TarIndex } from './tar-index.ts';

/**
 * Writes an archive again as it stands, byte for byte: raw headers, padding and trailer included. `keep` leaves entries out; global headers
 * stay, for they also speak of what follows. Entries that are hard links to one left out are the caller's to care for.
 */
export async function* copyTar(index: TarIndex, archive: Source, keep: (entry: number) => boolean = () => true): AsyncGenerator<Uint8Array> {
  let start = 0;
  for (let entry = 0; entry < index.length; entry++) {
    if (keep(entry)) continue;
    yield* archive.stream(start, index.headerOffset(entry));
    start = index.bodyOffset(entry) + padded(index.stored(entry));
  }
  yield* archive.stream(start);
}
