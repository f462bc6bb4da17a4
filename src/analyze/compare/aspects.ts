import { type Node, type SameContent, sameField } from '../../tree/index.ts';

/** In what two nodes of one path can differ. `size` comes with `content`; `hardlink` is the company of names that a file has. */
export type Aspect = 'type' | 'content' | 'size' | 'target' | 'device' | 'mode' | 'owner' | 'time' | 'xattrs' | 'hardlink';

/**
 * In what two nodes differ, the names that they share with others and the children of directories aside. Left out is what no source can be held to: names of
 * owners, which engines ignore where there are numbers, the mode of a symbolic link, and the time of a directory that nothing was told of.
 */
export function* aspectsOf(before: Node, after: Node, sameContent: SameContent): Generator<Aspect> {
  if (before === after) return;
  yield* substanceOf(before, after, sameContent);
  if (before.mode !== after.mode && before.type !== 'symlink' && after.type !== 'symlink') yield 'mode';
  if (before.uid !== after.uid || before.gid !== after.gid) yield 'owner';
  if (!sameField('mtime', before, after) && !before.implied && !after.implied) yield 'time';
  if (!sameField('xattrs', before, after)) yield 'xattrs';
}

function* substanceOf(before: Node, after: Node, sameContent: SameContent): Generator<Aspect> {
  if (before.type !== after.type) yield 'type';
  else if (before.type === 'file' && after.type === 'file') {
    if (before.size !== after.size) yield* ['content', 'size'] as const;
    else if (!sameContent(before, after)) yield 'content';
  } else if (before.type === 'symlink' && after.type === 'symlink') {
    if (before.target !== after.target) yield 'target';
  } else if (isDevice(before) && isDevice(after) && (before.devmajor !== after.devmajor || before.devminor !== after.devminor)) yield 'device';
}

function isDevice(node: Node): node is Extract<Node, { devmajor: number }> {
  return node.type === 'character-device' || node.type === 'block-device';
}
