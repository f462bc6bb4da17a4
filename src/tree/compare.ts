import { equalBytes } from '../bytes/index.ts';
import { parseDigest } from '../digest/index.ts';
import { sameSource } from '../stream/index.ts';
import type { FileNode, Metadata, Node } from './node.ts';

/**
 * Whether two files of the same size have the same content. Bodies are read asynchronously and comparing is not, so who wants content compared byte for
 * byte reads it before: see `digestContents`.
 */
export type SameContent = (a: FileNode, b: FileNode) => boolean;

/** Decides without reading: by the digests that both files carry, else by whether their bodies are the same part of one source. What is unknown differs. */
export const knownSame: SameContent = (a, b) => {
  if (a.size === 0) return true;
  const isDecided = a.digest !== undefined && b.digest !== undefined && parseDigest(a.digest).algorithm === parseDigest(b.digest).algorithm;
  return isDecided ? a.digest === b.digest : sameSource(a.body, b.body);
};

/** The fields of metadata that make a difference. Times of access and of change of the inode do not. */
export const METADATA_FIELDS = ['mode', 'uid', 'gid', 'uname', 'gname', 'mtime', 'xattrs'] as const;
export type MetadataField = (typeof METADATA_FIELDS)[number];

/** Whether a field of metadata is the same in both. */
export function sameField(field: MetadataField, a: Metadata, b: Metadata): boolean {
  if (field === 'mtime') return a.mtime.seconds === b.mtime.seconds && a.mtime.nanoseconds === b.mtime.nanoseconds;
  if (field === 'xattrs') return sameXattrs(a.xattrs, b.xattrs);
  return a[field] === b[field];
}

function sameXattrs(a: Metadata['xattrs'], b: Metadata['xattrs']): boolean {
  if (a.size !== b.size) return false;
  for (const [name, value] of a) {
    const other = b.get(name);
    if (!other || !equalBytes(value, other)) return false;
  }
  return true;
}

/** Whether two nodes are of the same kind with the same content, target or device numbers; metadata and the children of directories aside. */
export function sameSubstance(a: Node, b: Node, sameContent: SameContent): boolean {
  if (a.type === 'file') return b.type === 'file' && a.size === b.size && sameContent(a, b);
  if (a.type === 'symlink') return b.type === 'symlink' && a.target === b.target;
  if (a.type === 'directory' || a.type === 'fifo') return a.type === b.type;
  return a.type === b.type && a.devmajor === b.devmajor && a.devminor === b.devminor;
}

/** Whether two nodes are the same, the children of directories aside. */
export function sameNode(a: Node, b: Node, sameContent: SameContent): boolean {
  return a === b || (METADATA_FIELDS.every((field) => sameField(field, a, b)) && sameSubstance(a, b, sameContent));
}
