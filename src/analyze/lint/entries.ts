import { encodeText } from '../../bytes/index.ts';
import { quote } from '../../errors.ts';
import type { Header } from '../../tar/index.ts';
import { basename, dirname } from '../../tree/index.ts';
import { type LintFinding, layerFinding } from './finding.ts';
import { cleaned, type LayerEntry, type LayerView, type Obstacle } from './layer-view.ts';
import type { LintCode } from './rules.ts';

/** What engines take differently in what a layer brings. */
export function* lintEntries(view: LayerView): Generator<LintFinding> {
  const { layer } = view;
  for (const name of view.outside) yield layerFinding('name-leaves-root', layer, { path: name });
  const told = new Set<string>();
  for (const entry of view.entries) {
    const { path, name, type } = entry;
    const header = view.index.header(entry.entry);
    if (path !== '' && view.at(path)[0] !== entry) yield layerFinding('duplicate-path', layer, { path });
    if (name.kind !== 'ordinary') continue;
    if (path === '') {
      if (isOddRoot(header)) yield layerFinding('root-metadata', layer, { path, detail: rootText(header) });
    } else yield* parentFindings(view, entry, told);
    yield* lengthFindings(view, entry, told);
    if (type === 'hardlink') yield* linkFindings(view, entry, header);
    for (const code of kindCodes(header)) yield layerFinding(code, layer, { path });
  }
}

const OBSTACLES: Readonly<Record<Obstacle['kind'], LintCode>> = {
  'lower-link': 'entry-through-lower-link',
  'own-link': 'entry-through-own-link',
  file: 'entry-below-file',
};

/** What is odd about the directories that an entry lies in, each oddity told once a layer. */
function* parentFindings(view: LayerView, entry: LayerEntry, told: Set<string>): Generator<LintFinding> {
  const parent = dirname(entry.path);
  const obstacle = view.obstacle(parent, entry);
  if (obstacle) {
    const key = `${obstacle.kind}:${obstacle.path}`;
    if (!told.has(key)) yield layerFinding(OBSTACLES[obstacle.kind], view.layer, { path: entry.path, detail: quote(obstacle.path) });
    told.add(key);
    return;
  }
  if (!view.hasLower) return;
  for (let path = parent; path !== '' && !told.has(path) && !view.before(path, entry) && !view.below(path); path = dirname(path)) {
    yield layerFinding('implied-directory', view.layer, { path });
    told.add(path);
  }
}

// NAME_MAX of Linux, in bytes. One character of UTF-16 takes three of them at most.
const LONGEST_NAME = 255;
const MAYBE_LONG: RegExp = new RegExp(`[^/]{${Math.ceil(LONGEST_NAME / 3)}}`);

/** The names on a path that no file system holds, each told once a layer. */
function* lengthFindings({ layer }: LayerView, { path: whole }: LayerEntry, told: Set<string>): Generator<LintFinding> {
  if (!MAYBE_LONG.test(whole)) return;
  for (let path = whole; path !== ''; path = dirname(path)) {
    const { length } = encodeText(basename(path));
    const key = `long:${path}`;
    if (length > LONGEST_NAME && !told.has(key)) yield layerFinding('name-too-long', layer, { path, detail: `it has ${length}` });
    told.add(key);
  }
}

function* linkFindings(view: LayerView, entry: LayerEntry, { linkname }: Header): Generator<LintFinding> {
  const finding = (code: LintCode): LintFinding => layerFinding(code, view.layer, { path: entry.path, detail: quote(linkname) });
  const target = cleaned(linkname);
  if (target === undefined) return yield finding('name-leaves-root');
  const [own] = view.at(target);
  if (own) {
    if (own.type === 'directory') yield finding('broken-hardlink');
    else if (own.entry >= entry.entry) yield finding(own === entry ? 'broken-hardlink' : 'hardlink-before-target');
  } else if (view.hasLower) {
    const lower = view.below(target);
    yield finding(lower && lower.type !== 'directory' ? 'hardlink-to-lower-layer' : 'broken-hardlink');
  }
}

function* kindCodes({ type, devmajor, devminor, sparse, xattrs }: Header): Generator<LintCode> {
  if (type === 'character-device' && devmajor === 0 && devminor === 0) yield 'overlay-whiteout';
  if (type.startsWith('other:')) yield 'unknown-entry-type';
  if (sparse) yield 'sparse-file';
  const names = [...xattrs.keys()];
  if (names.some((name) => /^(?:trusted|user)\.overlay\./.test(name))) yield 'overlay-xattr';
  if (names.includes('security.selinux')) yield 'selinux-label';
}

function isOddRoot({ mode, uid, gid, type }: Header): boolean {
  return type === 'directory' && ((mode & 0o7777) !== 0o755 || uid !== 0 || gid !== 0);
}

function rootText({ mode, uid, gid }: Header): string {
  return `mode ${(mode & 0o7777).toString(8).padStart(4, '0')}, owner ${uid}:${gid}`;
}
