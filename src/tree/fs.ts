import { PathError } from '../errors.ts';
import { collect } from '../stream/index.ts';
import { ACCESS, type Calls, createCalls, type FsPath, type FsView, nodeAt, pathText, readOnly } from './fs-calls.ts';
import type { FileNode } from './node.ts';

type ReadFileOptions = string | null | { readonly encoding?: string | null | undefined };
type ReadFile<Text, Bytes> = {
  (path: FsPath, options: 'utf8' | 'utf-8' | { readonly encoding: 'utf8' | 'utf-8' }): Text;
  (path: FsPath, options?: ReadFileOptions): Bytes;
};

// As many signatures as the calls have at most.
type Promised<Call> = Call extends {
  (...args: infer A): infer Q;
  (...args: infer B): infer R;
  (...args: infer C): infer S;
  (...args: infer D): infer T;
}
  ? { (...args: A): Promise<Q>; (...args: B): Promise<R>; (...args: C): Promise<S>; (...args: D): Promise<T> }
  : never;

/** A call whose last argument is `(error, result) => void`. */
export type CallbackCall = (path: FsPath, ...optionsAndCallback: unknown[]) => void;

/** What `node:fs` has and a tree refuses with `EROFS`. */
const WRITES = [
  'appendFile',
  'chmod',
  'chown',
  'copyFile',
  'cp',
  'lchmod',
  'lchown',
  'link',
  'lutimes',
  'mkdir',
  'mkdtemp',
  'rename',
  'rm',
  'rmdir',
  'symlink',
  'truncate',
  'unlink',
  'utimes',
  'writeFile',
] as const;
type Write = (typeof WRITES)[number];

/** The promises of a `TreeFs`. */
export type TreeFsPromises = { readonly [Name in keyof Calls]: Promised<Calls[Name]> } & {
  readonly [Name in Write]: (path: FsPath, ...rest: unknown[]) => Promise<never>;
} & { readonly readFile: ReadFile<Promise<string>, Promise<Uint8Array>> };

/** The synchronous side of a `TreeFs`. */
export type TreeFsSync = { readonly [Name in keyof Calls as `${Name}Sync`]: Calls[Name] } & {
  readonly [Name in Write as `${Name}Sync`]: (path: FsPath, ...rest: unknown[]) => never;
} & { readonly readFileSync: ReadFile<string, Uint8Array>; readonly existsSync: (path: FsPath) => boolean };

/**
 * A tree in the shape of `node:fs`: promises, callbacks and synchronous calls that read it, for libraries that take a file system. Paths start at the
 * root of the tree whether they start with a slash or not, links are followed inside it, and errors carry the codes that such libraries look for
 * (`ENOENT`, `ENOTDIR`, `EISDIR`, `ELOOP`, `EINVAL`, `EROFS`). It shows the tree as it is at each call.
 *
 * Names that are not valid UTF-8 come as they do everywhere here, and lead back to their file; with `encoding: 'buffer'` they come as bytes.
 * `readFileSync` needs a body that its source can read without waiting, and is `ENOTSUP` for others.
 */
export type TreeFs = TreeFsSync & { readonly [Name in keyof Calls | Write | 'readFile']: CallbackCall } & {
  readonly promises: TreeFsPromises;
  readonly constants: typeof ACCESS;
};

export function createFs(view: FsView): TreeFs {
  const calls = createCalls(view);
  const writes = Object.fromEntries(WRITES.map((name) => [name, (path: FsPath) => fail(readOnly(name, path))]));
  const waiting = { readFile: (path: FsPath, options?: ReadFileOptions) => readFile(view, path, options) };
  const promises = { ...mapCalls({ ...calls, ...writes }, promised), ...waiting };
  return {
    ...mapCalls(promises, calledBack),
    ...Object.fromEntries(Object.entries({ ...calls, ...writes }).map(([name, call]) => [`${name}Sync`, call])),
    readFileSync: (path: FsPath, options?: ReadFileOptions) => readFileSync(view, path, options),
    existsSync: (path: FsPath) => exists(view, path),
    promises,
    constants: ACCESS,
  } as unknown as TreeFs;
}

type Call = (...args: never[]) => unknown;

function mapCalls(calls: object, map: (call: Call) => Call): Record<string, Call> {
  return Object.fromEntries(Object.entries(calls).map(([name, call]) => [name, map(call)]));
}

function promised(call: Call): Call {
  return async (...args) => call(...args);
}

function calledBack(call: Call): Call {
  return (...args: unknown[]) => {
    const callback = args.pop();
    if (typeof callback !== 'function') throw new TypeError('Cannot call back: the last argument is to be a function');
    const result = call(...(args as never[])) as Promise<unknown>;
    // Outside the promise, so that what the callback throws is nobody's rejection.
    result.then(
      (value) => queueMicrotask(() => callback(null, value)),
      (error) => queueMicrotask(() => callback(error)),
    );
  };
}

function fail(error: Error): never {
  throw error;
}

function exists(view: FsView, path: FsPath): boolean {
  try {
    nodeAt(view, path, 'stat');
    return true;
  } catch {
    return false;
  }
}

async function readFile(view: FsView, path: FsPath, options?: ReadFileOptions): Promise<string | Uint8Array> {
  const bytes = await collect(fileAt(view, path).body.stream());
  return decoded(bytes, options);
}

function readFileSync(view: FsView, path: FsPath, options?: ReadFileOptions): string | Uint8Array {
  const { body } = fileAt(view, path);
  if (!body.readSync) throw new PathError('ENOTSUP', 'read', pathText(path), 'its body is not in memory; await promises.readFile instead');
  return decoded(body.readSync(0, body.size), options);
}

function fileAt(view: FsView, path: FsPath): FileNode {
  const node = nodeAt(view, path, 'open');
  if (node.type === 'directory') throw new PathError('EISDIR', 'read', pathText(path), 'it is a directory');
  if (node.type !== 'file') throw new PathError('EINVAL', 'read', pathText(path), `it is a ${node.type}, which has no content here`);
  return node;
}

/** A copy, because the bytes are the source's and what a file system returns is the caller's. */
function decoded(bytes: Uint8Array, options?: ReadFileOptions): string | Uint8Array {
  const encoding = typeof options === 'string' ? options : options?.encoding;
  if (encoding === undefined || encoding === null || encoding === 'buffer') return new Uint8Array(bytes);
  if (encoding !== 'utf8' && encoding !== 'utf-8') throw new TypeError(`Cannot decode as ${encoding}: leave the encoding out, or take utf8`);
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}
