import { createHash } from 'node:crypto';

/*
 * What contenders hand their results to. A timed run gives them a tally, which looks at every field and keeps nothing, so that no work is left out as unused;
 * the run that compares gives them a digest, the same for the same results however a library calls things.
 */

const TYPES = {
  file: /^(file|File|OldFile|contiguous-?file|ContiguousFile)$/i,
  directory: /^directory$/i,
  symlink: /^(symlink|SymbolicLink)$/i,
  hardlink: /^(hardlink|link)$/i,
};

/** For entries: `see(name, type, size, mode, mtime, linkname)`. */
export function tallyEntries() {
  let sum = 0;
  const see = (name, type, size, mode, mtime, linkname) => {
    sum += name.charCodeAt(name.length - 1) + type.length + size + mode + (mtime ? 1 : 0) + (linkname ? linkname.length : 0);
  };
  return { see, result: () => sum };
}

export function digestEntries() {
  const hash = createHash('sha256');
  const see = (name, type, size, mode, mtime, linkname) => {
    const kind = Object.keys(TYPES).find((key) => TYPES[key].test(type)) ?? type;
    const bits = Number(typeof mode === 'string' ? Number.parseInt(mode, 8) : mode) % 0o10000;
    hash.update([name.replace(/\/$/, ''), kind, size, bits, seconds(mtime), linkname ?? ''].join('\t')).update('\n');
  };
  return { see, result: () => hash.digest('hex') };
}

function seconds(time) {
  return Math.floor(time instanceof Date ? time.getTime() / 1000 : (time?.seconds ?? time));
}

/** For bodies: `see(name, chunk)`, as often as a body has chunks; empty bodies are not seen. */
export function tallyBodies() {
  let sum = 0;
  const see = (name, chunk) => {
    sum += name.length + chunk.length + chunk[0] + chunk[chunk.length - 1];
  };
  return { see, result: () => sum };
}

export function digestBodies() {
  const hash = createHash('sha256');
  let last;
  const see = (name, chunk) => {
    if (name !== last) hash.update(`\n${name}\n`);
    last = name;
    hash.update(chunk);
  };
  return { see, result: () => hash.digest('hex') };
}

/** For bytes, however they are cut: `see(chunk)`. */
export function digestChunks() {
  const hash = createHash('sha256');
  return { see: (chunk) => hash.update(chunk), result: () => hash.digest('hex') };
}

/** For archives that are written: `see(chunk)`. Writers differ in their bytes, so what an archive says is what counts. */
export function tallyChunks() {
  let sum = 0;
  const see = (chunk) => {
    sum += chunk.length + chunk[0];
  };
  return { see, result: () => sum };
}

export function digestArchive(read) {
  const chunks = [];
  const { see, result } = digestBodies();
  const finish = () => {
    for (const { header, body } of read(Buffer.concat(chunks))) see(`${header.name} ${header.mode} ${header.mtime.seconds}`, body);
    return result();
  };
  return { see: (chunk) => chunks.push(chunk), result: finish };
}

/** For numbers that need no comparing but with themselves. */
export function keep() {
  let value;
  const see = (result) => {
    value = result;
  };
  return { see, result: () => value };
}
