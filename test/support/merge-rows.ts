import type { EntryInit } from '../../src/tar/index.ts';

/** What a layer makes of the tree below: the lines that go and that come, in the form of `linesOf`. */
export interface Outcome {
  readonly gone?: readonly string[];
  readonly come?: readonly string[];
}

/** A construct that engines merge differently. `overlay` is what overlayfs shows, `sequential` what one gets who extracts layer after layer. */
export interface Row {
  readonly name: string;
  readonly upper: readonly EntryInit[];
  readonly overlay: Outcome;
  /** Where it is another. */
  readonly sequential?: Outcome;
}

const at = (name: string, body = 'new'): EntryInit => ({ name, body });
const dir = (name: string): EntryInit => ({ name: `${name}/` });
const link = (name: string, linkname: string): EntryInit => ({ name, type: 'hardlink', linkname });
const symlink = (name: string, linkname: string): EntryInit => ({ name, type: 'symlink', linkname });
const wh = (name: string): EntryInit => ({ name: name.replace(/[^/]*$/, '.wh.$&'), body: '' });
const opq = (name: string): EntryInit => ({ name: `${name}/.wh..wh..opq`, body: '' });

/** The layer below. */
export const BASE: readonly EntryInit[] = [
  dir('dir'),
  at('dir/a', 'a'),
  at('dir/b', 'b'),
  dir('dir/sub'),
  at('dir/sub/c', 'c'),
  at('file1', 'file1'),
  symlink('lnk', 'dir'),
  at('hl1', 'hl'),
  link('hl2', 'hl1'),
  at('f2d', 'f2d'),
  dir('d2f'),
  at('d2f/x', 'x'),
  dir('target'),
  at('target/keep', 'keep'),
];

const IN_DIR = ['dir/a = a', 'dir/b = b', 'dir/sub/', 'dir/sub/c = c'];

export const ROWS: readonly Row[] = [
  {
    name: 'C1: a whiteout concerns the layers below, not what comes with it',
    upper: [at('dir/new'), wh('dir/new'), at('dir/a'), wh('dir/a')],
    overlay: { gone: ['dir/a = a'], come: ['dir/a = new', 'dir/new = new'] },
    sequential: { gone: ['dir/a = a'] },
  },
  {
    name: 'C2: an opaque directory hides what is below, wherever the mark stands',
    upper: [dir('dir'), at('dir/new'), opq('dir')],
    overlay: { gone: IN_DIR, come: ['dir/new = new'] },
  },
  { name: 'C2: the same with the mark first', upper: [opq('dir'), dir('dir'), at('dir/new')], overlay: { gone: IN_DIR, come: ['dir/new = new'] } },
  {
    name: 'C3: a directory that was removed and made again holds only what is new',
    upper: [wh('dir'), dir('dir'), at('dir/n')],
    overlay: { gone: IN_DIR, come: ['dir/n = new'] },
  },
  { name: 'C4: the same with the whiteout last', upper: [dir('dir'), at('dir/n'), wh('dir')], overlay: { gone: IN_DIR, come: ['dir/n = new'] } },
  { name: 'C5: a file in place of a directory', upper: [at('dir')], overlay: { gone: ['dir/', ...IN_DIR], come: ['dir = new'] } },
  {
    name: 'C6: a directory with children in place of a file',
    upper: [dir('f2d'), at('f2d/x')],
    overlay: { gone: ['f2d = f2d'], come: ['f2d/', 'f2d/x = new'] },
  },
  {
    name: 'C7: an entry below a link of the layer below',
    upper: [at('lnk/new')],
    overlay: { gone: ['lnk -> dir'], come: ['lnk/', 'lnk/new = new'] },
    sequential: { come: ['dir/new = new'] },
  },
  {
    name: 'C8: a directory in place of a link',
    upper: [dir('lnk'), at('lnk/new')],
    overlay: { gone: ['lnk -> dir'], come: ['lnk/', 'lnk/new = new'] },
  },
  { name: 'C9: parents that no entry tells of', upper: [at('p/q/r')], overlay: { come: ['p/', 'p/q/', 'p/q/r = new'] } },
  { name: 'C10: an entry below a file', upper: [at('file1/x')], overlay: { gone: ['file1 = file1'], come: ['file1/', 'file1/x = new'] } },
  {
    name: 'C11: of entries with one path the last counts',
    upper: [at('d', '1'), at('d', '2'), symlink('file1', 'x'), at('file1', '3')],
    overlay: { gone: ['file1 = file1'], come: ['d = 2', 'file1 = 3'] },
  },
  { name: 'C12: a hard link to a file of a layer below', upper: [link('again', 'dir/a')], overlay: { come: ['again = a'] } },
  { name: 'C13: a whiteout of one name of a file leaves the other', upper: [wh('hl1')], overlay: { gone: ['hl1 = hl'] } },
  { name: 'C14: a hard link before its target', upper: [link('early', 'late'), at('late')], overlay: { come: ['early = new', 'late = new'] } },
  {
    name: 'C16: what AUFS left behind is not there, but links into it are files',
    upper: [
      at('dir/.wh..wh.foo'),
      dir('.wh..wh.plnk'),
      at('.wh..wh.plnk/123.456', 'kept'),
      link('hard', '.wh..wh.plnk/123.456'),
      at('.wh..wh.aufs'),
      dir('.wh..wh.orph'),
    ],
    overlay: { come: ['hard = kept'] },
  },
  {
    name: 'C17: names with dots and a leading slash',
    upper: [at('./rel'), at('/absfile'), at('q/../w')],
    overlay: { come: ['absfile = new', 'rel = new', 'w = new'] },
  },
  {
    name: 'C18: an opaque mark below a link of the layer below',
    upper: [at('lnk/new'), opq('lnk')],
    overlay: { gone: ['lnk -> dir'], come: ['lnk/', 'lnk/new = new'] },
    sequential: { come: ['dir/new = new'] },
  },
  { name: 'C18: the mark alone', upper: [opq('lnk')], overlay: { gone: ['lnk -> dir'], come: ['lnk/'] }, sequential: {} },
  {
    name: 'C19: a whiteout that is no file',
    upper: [{ name: 'dir/.wh.a/' }, symlink('dir/.wh.b', 'x')],
    overlay: { gone: ['dir/a = a', 'dir/b = b'] },
  },
  {
    name: 'C20: the whiteout of overlayfs, a device 0:0, stays the device that it is',
    upper: [{ name: 'dir/a', type: 'character-device' }],
    overlay: { gone: ['dir/a = a'], come: ['dir/a character-device'] },
  },
  { name: 'C21: what only begins like the opaque mark removes nothing', upper: [at('dir/.wh..wh..opqX')], overlay: {} },
  { name: 'C22: a whiteout of nothing', upper: [wh('nope/x'), wh('dir/none')], overlay: {}, sequential: { come: ['nope/'] } },
  {
    name: 'C23: a whiteout below a link of the layer below',
    upper: [wh('lnk/a')],
    overlay: { gone: ['lnk -> dir'], come: ['lnk/'] },
    sequential: { gone: ['dir/a = a'] },
  },
  { name: 'C24: a hard link whose target is absolute', upper: [link('again', '/hl1')], overlay: { come: ['again = hl'] } },
  { name: 'C26: a layer without entries', upper: [], overlay: {} },
  { name: 'C27: an opaque mark in a directory that is not there', upper: [opq('nope')], overlay: {}, sequential: { come: ['nope/'] } },
  {
    name: 'C28: an entry below a link of its own layer that leads outside stays inside',
    upper: [symlink('esc', '/outside/x'), at('esc/F')],
    overlay: { come: ['esc -> /outside/x', 'outside/', 'outside/x/', 'outside/x/F = new'] },
  },
  {
    name: 'C28: so does one below a link that climbs',
    upper: [symlink('up', '../../..'), at('up/F')],
    overlay: { come: ['F = new', 'up -> ../../..'] },
  },
  { name: 'C31: a whiteout in an opaque directory', upper: [opq('dir'), wh('dir/a'), at('dir/n')], overlay: { gone: IN_DIR, come: ['dir/n = new'] } },
  {
    name: 'which is no whiteout, and neither is a name with .wh. in it',
    upper: [at('usr/bin/which'), at('dir/x.wh.a')],
    overlay: { come: ['dir/x.wh.a = new', 'usr/', 'usr/bin/', 'usr/bin/which = new'] },
  },
];
