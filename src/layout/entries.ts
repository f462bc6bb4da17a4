import { annotatedNames, type Descriptor, entryName, withName, withoutName } from '../oci/index.ts';

/**
 * The entries of an `index.json` in which this content has the name, or is listed without one. Whoever had the name loses it; where nothing changes they are
 * the ones given. An entry that came with the name, from another layout, stays as it is annotated.
 */
export function nameEntry(entries: readonly Descriptor[], descriptor: Descriptor, name: string | undefined): readonly Descriptor[] {
  const isSame = ({ digest }: Descriptor): boolean => digest === descriptor.digest;
  if (name === undefined) return entries.some(isSame) ? entries : [...entries, withoutName(descriptor)];
  const named = annotatedNames(descriptor).includes(name) ? descriptor : withName(descriptor, name);
  const wanted = entryName(named);
  if (entries.some((entry) => isSame(entry) && [name, wanted].some((each) => each !== undefined && annotatedNames(entry).includes(each))))
    return entries;
  const kept = entries.filter((entry) => entryName(entry) !== wanted && !(isSame(entry) && entryName(entry) === undefined));
  return [...kept, named];
}
