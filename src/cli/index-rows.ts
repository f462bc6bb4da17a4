import { decodeText, hasEscapes, toBase64 } from '../bytes/index.ts';
import { digestSource } from '../digest/index.ts';
import type { EntryType, PaxRecords, SparseRun, TarFormat, TarIndex } from '../tar/index.ts';
import { formatTime } from './format/time.ts';
import { bytesOf, encodeXattrs } from './rows.ts';

/** A PAX value: text, or where it is not UTF-8 its bytes in base64. */
export type PaxValue = string | { readonly base64: string };

/** An entry as `index --json` prints it: docs/schema/index.json. What is empty is `undefined`. */
export interface IndexRow {
  readonly name: string;
  readonly type: EntryType;
  readonly typeflag: string;
  readonly size: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly uname: string | undefined;
  readonly gname: string | undefined;
  readonly mtime: string;
  readonly atime: string | undefined;
  readonly ctime: string | undefined;
  readonly linkname: string | undefined;
  readonly devmajor: number | undefined;
  readonly devminor: number | undefined;
  readonly format: TarFormat;
  readonly headerOffset: number;
  readonly bodyOffset: number;
  readonly pax: Readonly<Record<string, PaxValue>> | undefined;
  readonly xattrs: Readonly<Record<string, string>> | undefined;
  readonly sparse: readonly SparseRun[] | undefined;
  readonly digest: string | undefined;
  readonly nameBytes: string | undefined;
  readonly linknameBytes: string | undefined;
}

/** Digests of the bodies of all files, by entry: those that were made as the archive was read, and for the rest the bodies are read. */
export async function digestBodies(index: TarIndex): Promise<readonly (string | undefined)[]> {
  const digests: (string | undefined)[] = [];
  for (let entry = 0; entry < index.length; entry++) {
    digests.push(index.type(entry) === 'file' ? (index.digest(entry) ?? (await digestSource(index.body(entry)))) : undefined);
  }
  return digests;
}

/** The entries of an archive as rows, in the order of the file. */
export function* indexRows(index: TarIndex, digests: readonly (string | undefined)[] = []): Generator<IndexRow> {
  for (let entry = 0; entry < index.length; entry++) yield indexRow(index, entry, digests[entry]);
}

function indexRow(index: TarIndex, entry: number, digest: string | undefined): IndexRow {
  const header = index.header(entry);
  const isDevice = header.type === 'character-device' || header.type === 'block-device';
  return {
    name: header.name,
    type: header.type,
    typeflag: index.typeflag(entry),
    size: header.size,
    mode: header.mode,
    uid: header.uid,
    gid: header.gid,
    uname: header.uname || undefined,
    gname: header.gname || undefined,
    mtime: formatTime(header.mtime),
    atime: header.atime && formatTime(header.atime),
    ctime: header.ctime && formatTime(header.ctime),
    linkname: header.linkname || undefined,
    devmajor: isDevice ? header.devmajor : header.devmajor || undefined,
    devminor: isDevice ? header.devminor : header.devminor || undefined,
    format: header.format,
    headerOffset: index.headerOffset(entry),
    bodyOffset: index.bodyOffset(entry),
    pax: encodePax(header.pax),
    xattrs: encodeXattrs(header.xattrs),
    sparse: header.sparse,
    digest,
    nameBytes: bytesOf(header.name),
    linknameBytes: bytesOf(header.linkname),
  };
}

function encodePax(records: PaxRecords): Record<string, PaxValue> | undefined {
  if (records.size === 0) return undefined;
  return Object.fromEntries([...records].map(([key, value]) => [key, encodeValue(value)]));
}

function encodeValue(value: Uint8Array): PaxValue {
  const text = decodeText(value);
  return hasEscapes(text) ? { base64: toBase64(value) } : text;
}
