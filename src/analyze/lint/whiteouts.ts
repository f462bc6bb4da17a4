import { classifyName, opaqueName, whiteoutName } from '../../layer/index.ts';
import { dirname } from '../../tree/index.ts';
import { type LintFinding, layerFinding } from './finding.ts';
import type { LayerEntry, LayerView } from './layer-view.ts';
import type { LintCode } from './rules.ts';

/** What engines take differently in what a layer removes. */
export function* lintWhiteouts(view: LayerView): Generator<LintFinding> {
  let isAufs = false;
  for (const entry of view.entries) {
    const { name, path, type } = entry;
    if (name.kind === 'ordinary') continue;
    if (name.kind === 'aufs') {
      if (!isAufs) yield layerFinding('aufs-leftover', view.layer, { path });
      isAufs = true;
      continue;
    }
    if (name.kind === 'invalid') yield layerFinding('invalid-whiteout', view.layer, { path });
    else if (type !== 'file') yield layerFinding('whiteout-type', view.layer, { path, detail: `a ${type}` });
    const code =
      name.kind === 'whiteout' ? whiteoutCode(view, entry, name.path) : name.kind === 'opaque' ? opaqueCode(view, entry, name.path) : undefined;
    if (code) yield layerFinding(code, view.layer, { path });
    if (name.kind === 'whiteout' && isOpaque(view, dirname(path))) yield layerFinding('whiteout-in-opaque-directory', view.layer, { path });
  }
}

function whiteoutCode(view: LayerView, entry: LayerEntry, path: string): LintCode | undefined {
  const parent = dirname(path);
  const obstacle = view.obstacle(parent, entry);
  if (obstacle) return obstacle.kind === 'file' ? 'entry-below-file' : 'whiteout-through-link';
  const own = view.at(path);
  if (own.some(({ type }) => type === 'directory') || view.firstBelow(path) !== undefined) return recreatedCode(view, entry, path);
  if (own.some((other) => other.entry < entry.entry)) return 'whiteout-of-own-entry';
  if (own.length > 0 || !view.hasLower) return undefined;
  if (isRemoved(view, parent, entry)) return 'whiteout-in-missing-directory';
  if (view.below(path)) return undefined;
  return hasDirectory(view, parent) ? 'whiteout-of-nothing' : 'whiteout-in-missing-directory';
}

/** The whiteout of a directory that the layer brings. Where it comes first and lower layers have no such directory, engines agree. */
function recreatedCode(view: LayerView, { entry }: LayerEntry, path: string): LintCode | undefined {
  const first = Math.min(view.at(path)[0]?.entry ?? Number.POSITIVE_INFINITY, view.firstBelow(path) ?? Number.POSITIVE_INFINITY);
  if (first < entry) return 'whiteout-after-directory';
  return view.hasLower && view.below(path)?.type !== 'directory' ? undefined : 'directory-recreated';
}

function opaqueCode(view: LayerView, entry: LayerEntry, path: string): LintCode | undefined {
  const obstacle = view.obstacle(path, entry);
  if (obstacle) return obstacle.kind === 'file' ? 'entry-below-file' : 'opaque-through-link';
  if (!view.hasLower || (hasDirectory(view, path) && !isRemoved(view, path, entry))) return undefined;
  return 'opaque-in-missing-directory';
}

function hasDirectory(view: LayerView, path: string): boolean {
  return path === '' || view.below(path) !== undefined || view.at(path).length > 0 || view.firstBelow(path) !== undefined;
}

/** Whether the layer removes a directory, itself or with one above it, and does not bring it again. */
function isRemoved(view: LayerView, directory: string, { entry }: LayerEntry): boolean {
  for (let path = directory; path !== '' && classifyName(path).kind === 'ordinary'; path = dirname(path)) {
    if (view.at(path).length > 0 || view.firstBelow(path) !== undefined) return false;
    const [whiteout] = view.at(whiteoutName(path));
    if ((whiteout && whiteout.entry < entry) || isOpaque(view, dirname(path))) return true;
  }
  return false;
}

function isOpaque(view: LayerView, directory: string): boolean {
  return view.at(opaqueName(directory)).length > 0;
}
