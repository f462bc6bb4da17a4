/*
 * Archives put together byte by byte, by none of the code under test, so that every field can be what no writer would write.
 */

/** What stands in a field: text or bytes as they are, or a number as octal digits that fill the field up to a NUL. */
export type Field = string | number | Uint8Array;

export interface RawHeader {
  readonly name?: Field;
  readonly mode?: Field;
  readonly uid?: Field;
  readonly gid?: Field;
  readonly size?: Field;
  readonly mtime?: Field;
  readonly typeflag?: string | number;
  readonly linkname?: Field;
  readonly magic?: 'v7' | 'ustar' | 'gnu' | 'star';
  readonly uname?: Field;
  readonly gname?: Field;
  readonly devmajor?: Field;
  readonly devminor?: Field;
  readonly prefix?: Field;
  /** Bytes at any other place. */
  readonly more?: readonly (readonly [at: number, Field, length: number])[];
  /** The stored checksum, where it is not to be the right one. */
  readonly checksum?: Field | 'signed';
}

const encoder = new TextEncoder();

export function bytes(...values: number[]): Uint8Array {
  return Uint8Array.from(values);
}

export function text(value: string): Uint8Array {
  return encoder.encode(value);
}

export function join(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function put(block: Uint8Array, at: number, length: number, field: Field): void {
  const value = typeof field === 'number' ? `${field.toString(8).padStart(length - 1, '0')}\0` : field;
  const raw = typeof value === 'string' ? text(value) : value;
  block.set(raw.subarray(0, length), at);
}

const MAGICS = { v7: '', ustar: 'ustar\x0000', gnu: 'ustar  \0', star: 'ustar\x0000' };

/** One header block. */
export function block(header: RawHeader = {}): Uint8Array {
  const { name = 'name', mode = 0o644, uid = 0, gid = 0, size = 0, mtime = 0, typeflag = '0', linkname = '', magic = 'ustar' } = header;
  const raw = new Uint8Array(512);
  put(raw, 0, 100, name);
  put(raw, 100, 8, mode);
  put(raw, 108, 8, uid);
  put(raw, 116, 8, gid);
  put(raw, 124, 12, size);
  put(raw, 136, 12, mtime);
  raw[156] = typeof typeflag === 'number' ? typeflag : typeflag.charCodeAt(0);
  put(raw, 157, 100, linkname);
  put(raw, 257, 8, MAGICS[magic]);
  put(raw, 265, 32, header.uname ?? '');
  put(raw, 297, 32, header.gname ?? '');
  put(raw, 329, 8, header.devmajor ?? '');
  put(raw, 337, 8, header.devminor ?? '');
  put(raw, 345, 155, header.prefix ?? '');
  if (magic === 'star') put(raw, 508, 4, 'tar\0');
  for (const [at, field, length] of header.more ?? []) put(raw, at, length, field);
  return seal(raw, header.checksum);
}

/** Puts the checksum in: six octal digits, NUL, space, unless told otherwise. */
export function seal(raw: Uint8Array, checksum: Field | 'signed' = ''): Uint8Array {
  raw.fill(0x20, 148, 156);
  const sign = checksum === 'signed' ? 256 : 0;
  const sum = raw.reduce((total, byte) => total + byte - (byte > 127 ? sign : 0), 0);
  if (checksum !== '' && checksum !== 'signed') put(raw, 148, 8, checksum);
  else put(raw, 148, 8, `${sum.toString(8).padStart(6, '0')}\0 `);
  return raw;
}

/** Filled up to whole blocks with zeros. */
export function blocks(body: Uint8Array | string): Uint8Array {
  const raw = typeof body === 'string' ? text(body) : body;
  return join(raw, zeros((512 - (raw.length % 512)) % 512));
}

export function zeros(length: number): Uint8Array {
  return new Uint8Array(length);
}

/** A header and its body; the size is the body's unless the header gives another. */
export function entry(header: RawHeader, body: Uint8Array | string = ''): Uint8Array {
  const raw = typeof body === 'string' ? text(body) : body;
  return join(block({ size: raw.length, ...header }), blocks(raw));
}

/** One PAX record, with its true length. */
export function record(key: string, value: Uint8Array | string): Uint8Array {
  const rest = join(text(` ${key}=`), typeof value === 'string' ? text(value) : value, text('\n'));
  let length = rest.length + 1;
  while (String(length).length + rest.length !== length) length++;
  return join(text(String(length)), rest);
}

/** Records by key, or in pairs where a key comes twice. */
export type Records = Readonly<Record<string, Uint8Array | string>> | readonly (readonly [key: string, value: Uint8Array | string])[];

/** An extended header with these records. */
export function pax(records: Records, typeflag = 'x'): Uint8Array {
  const pairs = Array.isArray(records) ? (records as [string, string][]) : Object.entries(records);
  return rawPax(join(...pairs.map(([key, value]) => record(key, value))), typeflag);
}

/** An extended header with this body. */
export function rawPax(body: Uint8Array | string, typeflag = 'x'): Uint8Array {
  return entry({ name: 'PaxHeaders/name', typeflag }, body);
}

/** GNU's header for a long name (`L`) or link target (`K`). */
export function gnuLong(typeflag: 'L' | 'K', name: string, end = '\0'): Uint8Array {
  return entry({ name: '././@LongLink', typeflag, magic: 'gnu' }, text(name + end));
}

/** GNU's base-256 form of a number. */
export function base256(value: bigint, length: number): Uint8Array {
  const raw = new Uint8Array(length);
  const modulus = 1n << BigInt(8 * length - 1);
  let rest = ((value % modulus) + modulus) % modulus;
  for (let i = length - 1; i >= 0; i--) {
    raw[i] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  raw[0] = (raw[0] as number) | 0x80;
  return raw;
}

/** An archive with its end. */
export function archive(...parts: readonly Uint8Array[]): Uint8Array {
  return join(...parts, zeros(1024));
}

/** Fails unless the bytes are the same. For many bytes: `toEqual` takes seconds where this takes none. */
export function sameBytes(actual: Uint8Array | undefined, expected: Uint8Array): void {
  const at = expected.findIndex((byte, i) => byte !== actual?.[i]);
  if (at >= 0 || actual?.length !== expected.length)
    throw new Error(`${actual?.length} bytes, expected ${expected.length}; the first difference is at ${at}`);
}
