import { findDuplicates, type NamedFile } from '../duplicates.ts';
import { leftoverKind } from './leftovers.ts';

/**
 * How bytes that everybody sees are wasted.
 * - `leftover`: of all its names none is but a cache, a log or what else building leaves behind.
 * - `duplicate`: another file has the same content.
 */
export type VisibleClass = 'leftover' | 'duplicate';

/** A file that is there, and need not be. */
export interface NeedlessFile {
  readonly class: VisibleClass;
  readonly file: NamedFile;
  /** What left it behind. */
  readonly leftover: string | undefined;
  /** The file of the same content that is kept. */
  readonly sameAs: string | undefined;
}

/** The leftovers among files. One that has a name elsewhere too is none: its bytes stay. */
export function leftoversOf(files: readonly NamedFile[]): readonly NeedlessFile[] {
  return files.flatMap((file) => {
    const [kind, ...others] = file.paths.map(leftoverKind);
    return kind === undefined || others.includes(undefined) ? [] : [{ class: 'leftover', file, leftover: kind, sameAs: undefined }];
  });
}

/** The duplicates among files. Of each group the first is kept, which is that of the lowest layer. */
export async function duplicatesOf(files: readonly NamedFile[]): Promise<readonly NeedlessFile[]> {
  const groups = await findDuplicates(files);
  return groups.flatMap(({ files: [kept, ...others] }) =>
    others.map((file): NeedlessFile => ({ class: 'duplicate', file, leftover: undefined, sameAs: kept?.paths[0] })),
  );
}
