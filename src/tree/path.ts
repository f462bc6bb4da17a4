import { PathError } from '../errors.ts';

/**
 * The one place that cleans paths. A clean path is relative to the root, its components are joined by single slashes, and none of them is empty,
 * `.` or `..`; the root is `''`. A backslash is a byte like any other, and nothing is normalised besides.
 */

// A NUL byte, or a component that is empty, `.` or `..`.
const UNCLEAN = /\0|(?:^|\/)\.{0,2}(?:\/|$)/;

/**
 * The name of an archive member as a clean path. Leading slashes go, all of them; `..` takes away the component before it, whatever that is.
 * A million names a second: most need no more than one look.
 * @throws {PathError} `PATH_ESCAPES` where `..` leaves the root, `EINVAL` where the name holds a NUL byte.
 */
export function cleanPath(name: string, op = 'use'): string {
  const path = trimEnds(name);
  return UNCLEAN.test(path) ? normalise(path, name, op) : path;
}

// `./` before every name and `/` after every directory are what most archives have.
function trimEnds(name: string): string {
  let start = 0;
  let end = name.length;
  while (name.startsWith('./', start) || name.startsWith('/', start)) start += name.startsWith('/', start) ? 1 : 2;
  while (end > start && name.endsWith('/', end)) end--;
  return start === 0 && end === name.length ? name : name.slice(start, end);
}

function normalise(path: string, name: string, op: string): string {
  if (name.includes('\0')) throw new PathError('EINVAL', op, name, 'a name cannot hold a NUL byte');
  const clean: string[] = [];
  for (const component of splitPath(path)) {
    if (component !== '..') clean.push(component);
    else if (clean.pop() === undefined) throw new PathError('PATH_ESCAPES', op, name, 'it leaves the root by ".."');
  }
  return clean.join('/');
}

/** The components of a path in order, without empty ones and `.`. A `..` stays: what it means depends on the links before it. */
export function splitPath(path: string): string[] {
  return path.split('/').filter((component) => component !== '' && component !== '.');
}

/** The path of `name` in the directory `directory`. */
export function joinPath(directory: string, name: string): string {
  return directory === '' ? name : `${directory}/${name}`;
}

/** The directory that a clean path lies in; of a name in the root, and of the root itself, the root. */
export function dirname(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
}

/** The last component of a clean path. */
export function basename(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
