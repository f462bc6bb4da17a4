import {
  type BigIntStats,
  closeSync,
  constants,
  existsSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  realpathSync,
  statSync,
} from 'node:fs';
import { compareText, decodeText } from '../bytes/index.ts';
import { PathError } from '../errors.ts';
import { hostPath } from './host-path.ts';

const { O_RDONLY } = constants;
const DIRECTORY = O_RDONLY | (constants.O_DIRECTORY ?? 0);
const NO_FOLLOW = constants.O_NOFOLLOW ?? 0;

// Node has no openat(2). On Linux a name below /proc/self/fd/N is looked up in the directory that N holds open, wherever that lies by now.
const ANCHORS = process.platform === 'linux' && existsSync('/proc/self/fd');

/**
 * A directory held open. What is done at `at(name)` is done in this very directory: swapping it, or one above it, for a link does not lead elsewhere.
 *
 * That holds on Linux with /proc. Elsewhere `at` looks, right before each call, whether the path still leads to the same directory, which leaves
 * an attacker the instant between the look and the call. Errors are the host's own.
 */
export class HeldDirectory implements Disposable {
  readonly path: string;
  readonly #fd: number | undefined;
  /** Set where the path could come to lead elsewhere. */
  readonly #expected: BigIntStats | undefined;

  private constructor(path: string, flags: number, anchored: boolean) {
    this.#fd = process.platform === 'win32' ? undefined : openSync(hostPath(path), flags);
    this.path = anchored ? `/proc/self/fd/${this.#fd}` : path;
    this.#expected = anchored ? undefined : this.#identify();
  }

  /** Holds the directory at a path that is trusted: links on the way and at its end are followed. */
  static open(path: string, anchored: boolean = ANCHORS): HeldDirectory {
    return new HeldDirectory(decodeText(realpathSync.native(hostPath(path), { encoding: 'buffer' })), DIRECTORY, anchored);
  }

  /** Holds a directory in this one. A link is an error. */
  open(name: string): HeldDirectory {
    return new HeldDirectory(`${this.#verified()}/${name}`, DIRECTORY | NO_FOLLOW, this.#expected === undefined);
  }

  /** Makes a directory in this one, for nobody else to enter, and holds it. */
  make(name: string): HeldDirectory {
    mkdirSync(this.at(name), 0o700);
    return this.open(name);
  }

  /** The path of a name in this directory, for a call that does not follow a link there. */
  at(name: string): string | Buffer {
    return hostPath(`${this.#verified()}/${name}`);
  }

  /** The path of this directory, for a call that may follow a link: it leads nowhere else. */
  self(): string | Buffer {
    return hostPath(this.#verified());
  }

  /** The names in this directory, in byte order. */
  names(): string[] {
    return readdirSync(this.self(), { encoding: 'buffer' })
      .map((name) => decodeText(name))
      .sort(compareText);
  }

  /** What a name in this directory is; `undefined` where nothing has it. */
  lstat(name: string): BigIntStats | undefined {
    return lstatSync(this.at(name), { bigint: true, throwIfNoEntry: false });
  }

  stat(): BigIntStats {
    return statSync(this.self(), { bigint: true });
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #identify(): BigIntStats {
    if (this.#fd !== undefined) return fstatSync(this.#fd, { bigint: true });
    const stat = lstatSync(hostPath(this.path), { bigint: true });
    if (!stat.isDirectory()) throw new PathError('ENOTDIR', 'open', this.path, 'it is no directory');
    return stat;
  }

  #verified(): string {
    const expected = this.#expected;
    if (!expected) return this.path;
    const now = lstatSync(hostPath(this.path), { bigint: true, throwIfNoEntry: false });
    if (now?.ino !== expected.ino || now.dev !== expected.dev)
      throw new PathError('ESTALE', 'use', this.path, 'the directory was moved away or replaced meanwhile');
    return this.path;
  }
}
