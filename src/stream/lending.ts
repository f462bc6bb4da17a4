import type { ByteStream } from './source.ts';

/** What becomes of memory when nobody holds a part of it any more: it is filled again, or freed at once. */
export type TakeBack = (memory: ArrayBufferLike) => void;

/** Memory that is out. */
interface Loan {
  /** How many hold a part of it. */
  holders: number;
  readonly takeBack: TakeBack;
}

const loans = new WeakMap<ArrayBufferLike, Loan>();

/**
 * Lends memory, so that it is filled again or freed as soon as it has been used: left to the collector, a stream of any length holds 40 MB and more of chunks
 * that nobody needs. Whoever lends it holds it, or passes that on with a chunk of it. Memory that is held to the end is the collector's, like any other.
 */
export function lend(memory: ArrayBufferLike, takeBack: TakeBack): void {
  loans.set(memory, { holders: 1, takeBack });
}

/** Makes one more holder of the memory in which a part lies. Does nothing for memory that is not lent. */
export function share({ buffer }: Uint8Array): void {
  const loan = loans.get(buffer);
  if (loan) loan.holders++;
}

/** Gives back what was held of the memory in which a part lies: nobody looks at the part again. Does nothing for memory that is not lent. */
export function giveBack({ buffer }: Uint8Array): void {
  const loan = loans.get(buffer);
  if (!loan || --loan.holders > 0) return;
  loans.delete(buffer);
  loan.takeBack(buffer);
}

const lenders = new WeakSet<ByteStream>();

/**
 * Marks a stream that lends: each of its chunks is its consumer's to give back, once, or to keep for ever. Whoever knows nothing of this keeps what he gets,
 * and what he puts between is a stream without the mark. A stream that passes on a chunk which somebody else may keep has to `share` it first.
 */
export function lending<S extends ByteStream>(stream: S): S {
  lenders.add(stream);
  return stream;
}

export function isLending(stream: ByteStream): boolean {
  return lenders.has(stream);
}

/** Marks a stream that passes on each chunk of another, and keeps none, if the other is marked. */
export function lentLike<S extends ByteStream>(stream: S, origin: ByteStream): S {
  return isLending(origin) ? lending(stream) : stream;
}

/** What to call for each chunk of a stream once it has been used. */
export function releaseOf(stream: ByteStream): (chunk: Uint8Array) => void {
  return isLending(stream) ? giveBack : () => {};
}
