import { hasEscapes } from '../../bytes/index.ts';
import { quote } from '../../errors.ts';
import type { Layer } from '../../image/index.ts';
import { basename, childAt, findCollisions, isWindowsName, type Node, type Tree } from '../../tree/index.ts';
import { type LintFinding, layerFinding } from './finding.ts';
import type { LintCode } from './rules.ts';

/** What files of the merged tree are a danger or a trouble. What the tree `base` already has in the same way is only told of. */
export function* lintFiles(tree: Tree, base: Tree, layers: readonly Layer[]): Generator<LintFinding> {
  const finding = (code: LintCode, path: string, node: Node | undefined, detail?: string): LintFinding => {
    const layer = layers[typeof node?.origin === 'number' ? node.origin : 0] as Layer;
    const isOld = node !== undefined && sameRights(node, childAt(base.root, path));
    return layerFinding(code, layer, { path, ...(detail !== undefined && { detail }), ...(isOld && { severity: 'info' }) });
  };
  for (const { path, node } of tree.walk()) {
    const code = rightsCode(node);
    if (code) yield finding(code, path, node, `mode ${node.mode.toString(8).padStart(4, '0')}`);
    if (hasEscapes(basename(path))) yield finding('name-encoding', path, node);
    if (!isWindowsName(basename(path))) yield finding('windows-name', path, node);
  }
  for (const { paths } of findCollisions(tree, { case: true, nfc: true, windows: true })) {
    const [first = '', ...others] = paths;
    if (others.length > 0) yield finding('name-collision', first, childAt(tree.root, first), others.map((path) => quote(path)).join(', '));
  }
}

function rightsCode({ type, mode, implied }: Node): LintCode | undefined {
  if (type === 'file' && (mode & 0o6000) !== 0) return 'setuid-file';
  const isOpen = (mode & 0o002) !== 0 && (type === 'file' || (type === 'directory' && (mode & 0o1000) === 0));
  return isOpen && !implied ? 'world-writable' : undefined;
}

function sameRights(node: Node, old: Node | undefined): boolean {
  return old !== undefined && node.type === old.type && node.mode === old.mode && node.uid === old.uid && node.gid === old.gid;
}
