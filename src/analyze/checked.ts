import type { HashAlgorithm } from '../digest/index.ts';
import { type Source, sameSource } from '../stream/index.ts';

/** What has been read to its end and judged, so that nothing is read twice. One digest may have several copies, and each counts for itself. */
export class Checked {
  readonly #copies: Map<string, Source[]> = new Map();

  add(digest: string, source: Source): void {
    const copies = this.#copies.get(digest);
    if (copies) copies.push(source);
    else this.#copies.set(digest, [source]);
  }

  has(digest: string, source: Source): boolean {
    return this.#copies.get(digest)?.some((copy) => sameSource(copy, source)) ?? false;
  }
}

/** The algorithm of a digest, if it can be computed here. */
export function computable(digest: string): HashAlgorithm | undefined {
  return (['sha256', 'sha512'] as const).find((algorithm) => digest.startsWith(`${algorithm}:`));
}
