import { type Digest, isDigest } from '../digest/index.ts';
import { ImageError, quote } from '../errors.ts';

/** The name of an image in a registry, in full: `docker.io/library/alpine:3.20@sha256:…`. */
export interface Reference {
  /** Host and port. */
  readonly domain: string;
  /** Path of the repository on that host. */
  readonly path: string;
  readonly tag?: string;
  readonly digest?: Digest;
}

const DEFAULT_DOMAIN = 'docker.io';
const OFFICIAL = 'library/';

const COMPONENT = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const PATH = new RegExp(`^${COMPONENT}(?:/${COMPONENT})*$`);
const LABEL = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])';
const DOMAIN = new RegExp(`^(?:${LABEL}(?:\\.${LABEL})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?$`);
const IMAGE_ID = /^[a-f0-9]{64}$/;
const TAG = /^\w[\w.-]{0,127}$/;

/**
 * Parses an image reference by the grammar of distribution/reference, and completes it as Docker does: `alpine` is `docker.io/library/alpine`.
 * No tag is added: `withDefaultTag` does that.
 * @throws {ImageError} `REFERENCE_INVALID`
 */
export function parseReference(text: string): Reference {
  const [named, digest] = cut(text, text.indexOf('@'));
  // A colon before the last slash belongs to a port.
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1);
  const [name, tag] = cut(named, colon);
  if (tag !== undefined && !TAG.test(tag)) invalid(text, `${quote(tag)} is no tag`);
  if (digest !== undefined && !isDigest(digest)) invalid(text, `${quote(digest)} is no digest`);
  return { ...parseName(name, text), ...(tag !== undefined && { tag }), ...(digest !== undefined && { digest }) };
}

function parseName(name: string, text: string): { domain: string; path: string } {
  // An image ID would otherwise read as a repository of Docker Hub.
  if (IMAGE_ID.test(name)) invalid(text, 'it is an image ID; write it as sha256:…');
  const [domain, rest] = splitDomain(name);
  if (!DOMAIN.test(domain)) invalid(text, `${quote(domain)} is no host`);
  const path = domain === DEFAULT_DOMAIN && !rest.includes('/') ? OFFICIAL + rest : rest;
  if (rest !== rest.toLowerCase()) invalid(text, 'the name of a repository is in lower case');
  if (!PATH.test(path)) invalid(text, `${quote(rest)} is no name of a repository`);
  if (path.length > 255) invalid(text, 'the name of a repository has at most 255 characters');
  return { domain, path };
}

/** The first component is a host if it could not be a part of a path: it has a dot, a port or upper case, or is `localhost`. */
function splitDomain(name: string): [domain: string, rest: string] {
  const [first, rest] = cut(name, name.indexOf('/'));
  if (rest === undefined || !(/[.:A-Z]/.test(first) || first === 'localhost')) return [DEFAULT_DOMAIN, name];
  return [first === 'index.docker.io' ? DEFAULT_DOMAIN : first, rest];
}

function cut(text: string, at: number): [before: string, after: string | undefined] {
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

function invalid(text: string, reason: string): never {
  throw new ImageError('REFERENCE_INVALID', `Cannot read the reference ${quote(text)}: ${reason}`);
}

/** The reference in full, as it is compared and stored. */
export function formatReference(reference: Reference): string {
  return `${reference.domain}/${reference.path}${suffix(reference)}`;
}

/** The reference as people write it: without `docker.io/` and `library/`. `parseReference` completes it again. */
export function familiarReference(reference: Reference): string {
  const { domain, path } = reference;
  const last = path.slice(OFFICIAL.length);
  const short = path.startsWith(OFFICIAL) && !last.includes('/') ? last : path;
  // A path on Docker Hub may begin like a host, or look like an image ID.
  const isClear = domain === DEFAULT_DOMAIN && splitDomain(short)[1] === short && !IMAGE_ID.test(short);
  return isClear ? short + suffix(reference) : formatReference(reference);
}

function suffix({ tag, digest }: Reference): string {
  return (tag === undefined ? '' : `:${tag}`) + (digest === undefined ? '' : `@${digest}`);
}

/** The same reference with the tag `latest`, if it has neither tag nor digest. */
export function withDefaultTag(reference: Reference): Reference {
  return reference.tag === undefined && reference.digest === undefined ? { ...reference, tag: 'latest' } : reference;
}
