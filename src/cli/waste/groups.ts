import type { Waste, WasteClass, WastedFile } from '../../analyze/index.ts';
import { dirname } from '../../tree/index.ts';

/** Items of one class that one layer stores and one hides, as a line. */
export interface WasteGroup {
  readonly class: WasteClass;
  readonly layer: number;
  readonly hiddenBy: number | undefined;
  /** What left the files behind, where they are leftovers. */
  readonly leftover: string | undefined;
  readonly files: number;
  readonly bytes: number;
  readonly compressed: number;
  /** The file, or the folder that all of them are below: `etc/`. */
  readonly where: string;
}

/** The items in groups, the one that wastes most first. */
export function groupsOf({ items }: Waste): readonly WasteGroup[] {
  const groups = new Map<string, WasteGroup>();
  for (const item of items) {
    const key = [item.class, item.layer, item.hiddenBy, item.leftover].join();
    groups.set(key, joined(groups.get(key), item));
  }
  return [...groups.values()].sort((a, b) => b.bytes - a.bytes);
}

function joined(group: WasteGroup | undefined, item: WastedFile): WasteGroup {
  const { class: how, layer, hiddenBy, leftover, size, compressed, path } = item;
  if (!group) return { class: how, layer, hiddenBy, leftover, files: 1, bytes: size, compressed, where: path };
  const { files, bytes, where } = group;
  return { ...group, files: files + 1, bytes: bytes + size, compressed: group.compressed + compressed, where: commonFolder(where, path) };
}

/** The folder that both lie in, with a slash at its end; `/` for the root. */
function commonFolder(where: string, path: string): string {
  let folder = where.endsWith('/') ? where.slice(0, -1) : dirname(where);
  while (folder !== '' && !path.startsWith(`${folder}/`)) folder = dirname(folder);
  return `${folder}/`;
}
