import { asStream, lending, type Source } from '../stream/index.ts';
import { padded } from './body.ts';
import type { EntryInit } from './entry.ts';
import type { TarIndex } from './tar-index.ts';
import { writeTar } from './writer.ts';

/**
 * Writes an archive again as it stands, byte for byte: raw headers, padding and trailer included. `decide` says of each entry whether it is kept; an
 * entry that it gives instead stands in its place, and only that one is encoded anew. Global headers stay, for they also speak of what follows.
 * Entries that are hard links to one left out are the caller's to care for.
 */
export function copyTar(index: TarIndex, archive: Source, decide: (entry: number) => boolean | EntryInit = () => true): AsyncGenerator<Uint8Array> {
  return lending(copied(index, archive, decide));
}

async function* copied(index: TarIndex, archive: Source, decide: (entry: number) => boolean | EntryInit): AsyncGenerator<Uint8Array> {
  let start = 0;
  for (let entry = 0; entry < index.length; entry++) {
    const decision = decide(entry);
    if (decision === true) continue;
    yield* asStream(archive.slice(start, index.headerOffset(entry)));
    if (decision !== false) yield* writeTar([decision], { endOfArchive: false });
    start = index.bodyOffset(entry) + padded(index.stored(entry));
  }
  yield* asStream(archive.slice(start));
}
