import { Header, Pack, Parser, ReadEntry, list as readArchive } from 'tar';
import { slices } from '../slices.mjs';

function listing(see) {
  return (entry) => {
    see(entry.path, entry.type, entry.size, entry.mode, entry.mtime, entry.linkpath);
    entry.resume();
  };
}

function reading(see) {
  return (entry) => {
    const { path } = entry;
    entry.on('data', (chunk) => see(path, chunk));
  };
}

function parse(chunks, onReadEntry) {
  return new Promise((resolve, reject) => {
    const parser = new Parser({ onReadEntry, strict: true });
    parser.on('end', resolve).on('error', reject);
    for (const chunk of chunks) parser.write(chunk);
    parser.end();
  });
}

export const list = (archive, see) => parse([archive], listing(see));
export const listChunks = (archive, see) => parse(slices(archive, 64 * 1024), listing(see));
export const bodies = (archive, see) => parse([archive], reading(see));
export const gzipList = list;
export const gzipBodies = bodies;

export function write(entries, see) {
  const pack = new Pack({ portable: false });
  const done = new Promise((resolve, reject) => pack.on('data', see).on('end', resolve).on('error', reject));
  for (const { name, mode, mtime, body } of entries) {
    const entry = new ReadEntry(new Header({ path: name, type: 'File', mode, size: body.length, mtime: new Date(mtime.seconds * 1000) }));
    entry.end(body);
    pack.add(entry);
  }
  pack.end();
  return done;
}

export const scan = (file, see) => readArchive({ file, sync: true, strict: true, onReadEntry: listing(see) });
