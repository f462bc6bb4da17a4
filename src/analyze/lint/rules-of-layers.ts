import { type LintRule, merging } from './rule.ts';

const WRITE_WHITEOUTS = 'Write whiteouts for what lies in lower layers only, before the entries beside them.';

export type LayerCode =
  | 'whiteout-of-own-entry'
  | 'directory-recreated'
  | 'whiteout-after-directory'
  | 'entry-through-lower-link'
  | 'entry-through-own-link'
  | 'implied-directory'
  | 'entry-below-file'
  | 'duplicate-path'
  | 'hardlink-to-lower-layer'
  | 'hardlink-before-target'
  | 'broken-hardlink'
  | 'invalid-whiteout'
  | 'aufs-leftover'
  | 'opaque-through-link'
  | 'whiteout-through-link'
  | 'whiteout-type'
  | 'overlay-whiteout'
  | 'whiteout-in-missing-directory'
  | 'opaque-in-missing-directory'
  | 'whiteout-of-nothing'
  | 'whiteout-in-opaque-directory'
  | 'root-metadata'
  | 'name-leaves-root'
  | 'name-too-long'
  | 'overlay-xattr'
  | 'selinux-label'
  | 'unknown-entry-type'
  | 'sparse-file';

/** What layers do that engines merge differently, or that the specification forbids. What umoci does is of its version 0.4.7, where none is named. */
export const LAYER_RULES: Readonly<Record<LayerCode, LintRule>> = {
  'whiteout-of-own-entry': {
    severity: 'error',
    summary: 'a whiteout follows an entry of the same layer that has the name it removes',
    engines: merging('removes the entry of the same layer as well', 'refuses the layer', 'keeps the entry, as the specification says'),
    advice: 'Leave the entry or the whiteout out: a file that replaces another needs no whiteout.',
  },
  'directory-recreated': {
    severity: 'warning',
    summary: 'a layer removes a directory and then makes it again',
    engines: merging('shows only what the layer puts in it', 'shows what lower layers had in it again', 'shows only what the layer puts in it'),
    advice: 'Write the directory with an opaque whiteout (.wh..wh..opq) in it, which every engine takes alike.',
  },
  'whiteout-after-directory': {
    severity: 'error',
    summary: 'a whiteout follows the directory of the same layer that it names',
    engines: merging('refuses the layer', 'refuses the layer', 'shows only what the layer puts in it'),
    advice: 'Write the directory with an opaque whiteout (.wh..wh..opq) in it, which every engine takes alike.',
  },
  'entry-through-lower-link': {
    severity: 'warning',
    summary: 'an entry lies below a symbolic link of a lower layer',
    engines: merging('writes to where the link leads', 'replaces the link by a directory', 'writes to where the link leads'),
    advice: 'Name the entry by the path that the link leads to, or give the layer an entry for the directory that is to replace the link.',
  },
  'entry-through-own-link': {
    severity: 'error',
    summary: 'an entry lies below a symbolic link of its own layer',
    engines: merging(
      'refuses the layer where the link leads to nothing',
      'writes to where the link leads inside the root',
      'writes to where the link leads inside the root',
    ),
    advice: 'Name the entry by the path that the link leads to.',
  },
  'implied-directory': {
    severity: 'info',
    summary: 'no entry tells of a directory that an entry lies in',
    engines: merging('makes it with mode 0755 in podman, 0600 in Docker', 'makes it with mode 0755', 'makes it with mode 0755'),
    advice: 'Write an entry for every directory, before what is in it.',
  },
  'entry-below-file': {
    severity: 'error',
    summary: 'an entry lies below what is a file',
    engines: merging(
      'refuses the layer',
      'puts a directory in place of the file',
      'refuses the layer; puts a directory in place of the file since 0.5.0',
    ),
    advice: 'Write an entry for the directory that is to replace the file, before what is in it.',
  },
  'duplicate-path': {
    severity: 'error',
    summary: 'a path has several entries in one layer',
    engines: merging('refuses the layer', 'refuses the layer in Docker; the last entry counts in containerd', 'the last entry counts'),
    advice: 'Write each path once; the specification forbids more.',
  },
  'hardlink-to-lower-layer': {
    severity: 'error',
    summary: 'a hard link leads to a file that only a lower layer has',
    engines: merging('makes the link', 'refuses the layer', 'makes the link'),
    advice: 'Write the file into the layer as well, before the link.',
  },
  'hardlink-before-target': {
    severity: 'error',
    summary: 'a hard link comes before the file that it leads to',
    engines: merging('refuses the layer', 'refuses the layer', 'refuses the layer'),
    advice: 'Write the file before the links to it.',
  },
  'broken-hardlink': {
    severity: 'error',
    summary: 'a hard link leads to nothing, or to a directory',
    engines: merging('refuses the layer', 'refuses the layer', 'refuses the layer'),
    advice: 'Write the file that the link leads to, or leave the link out.',
  },
  'invalid-whiteout': {
    severity: 'error',
    summary: 'a whiteout names nothing that it could remove',
    engines: merging('refuses the layer', 'refuses the layer', 'refuses the layer'),
    advice: 'Leave it out. To remove all that is in a directory write .wh..wh..opq into it.',
  },
  'aufs-leftover': {
    severity: 'warning',
    summary: 'the layer holds what AUFS keeps for its own use',
    engines: merging('leaves it out, but for an empty .wh..wh.plnk', 'shows .wh..wh.plnk and what is in it', 'shows .wh..wh.plnk and what is in it'),
    advice: 'Write the layer anew; links into .wh..wh.plnk become files.',
  },
  'opaque-through-link': {
    severity: 'warning',
    summary: 'an opaque whiteout lies below a symbolic link of a lower layer',
    engines: merging('does nothing to what the link leads to', 'replaces the link by a directory', 'removes everything where the link leads'),
    advice: 'Write the whiteout into the directory itself.',
  },
  'whiteout-through-link': {
    severity: 'warning',
    summary: 'a whiteout lies below a symbolic link of a lower layer',
    engines: merging('removes the file where the link leads', 'replaces the link by an empty directory', 'removes the file where the link leads'),
    advice: 'Name the whiteout by the path that the link leads to.',
  },
  'whiteout-type': {
    severity: 'warning',
    summary: 'a whiteout is no regular file',
    engines: merging('takes it as a whiteout', 'takes it as a whiteout', 'takes it as a whiteout'),
    advice: 'Write whiteouts as empty regular files; the specification knows no others.',
  },
  'overlay-whiteout': {
    severity: 'warning',
    summary: 'a character device 0:0, which overlayfs takes for a whiteout',
    engines: merging('makes the device', 'removes what lower layers have there', 'makes the device'),
    advice: 'Write an empty file .wh.NAME to remove NAME: layers have no whiteouts of overlayfs.',
  },
  'whiteout-in-missing-directory': {
    severity: 'warning',
    summary: 'a whiteout lies in a directory that no layer has',
    engines: merging('makes the directory', 'makes the directory', 'does nothing'),
    advice: WRITE_WHITEOUTS,
  },
  'opaque-in-missing-directory': {
    severity: 'warning',
    summary: 'an opaque whiteout lies in a directory that no layer has',
    engines: merging('makes the directory', 'makes the directory', 'does nothing'),
    advice: 'Write an entry for the directory, or leave the whiteout out.',
  },
  'whiteout-of-nothing': {
    severity: 'info',
    summary: 'a whiteout removes what no lower layer has',
    engines: merging('does nothing', 'does nothing', 'does nothing'),
    advice: WRITE_WHITEOUTS,
  },
  'whiteout-in-opaque-directory': {
    severity: 'warning',
    summary: 'a whiteout lies in a directory that the layer makes opaque',
    engines: merging('does nothing more', 'may list the removed name in the directory', 'passes over the whiteout since 0.5.0'),
    advice: 'Leave the whiteout out: an opaque directory has nothing of lower layers.',
  },
  'root-metadata': {
    severity: 'warning',
    summary: 'an entry for the root has a mode or owner that not all engines set',
    engines: merging('podman sets it, Docker does not', 'passes over the entry', 'sets it'),
    advice: 'Leave the entry out, or give it mode 0755 and owner 0.',
  },
  'name-leaves-root': {
    severity: 'error',
    summary: 'a name or the target of a hard link leaves the root by ".."',
    engines: merging('takes it as a path from the root', 'takes it as a path from the root', 'takes it as a path from the root'),
    advice: 'Write names without "..": other programs write such files outside of the folder that they extract to.',
  },
  'name-too-long': {
    severity: 'error',
    summary: 'a name has more than 255 bytes, which no file system of Linux holds',
    engines: [{ engine: 'every engine', does: 'refuses the layer: file name too long' }],
    advice: 'Rename it. In UTF-8 a letter may take up to four bytes.',
  },
  'overlay-xattr': {
    severity: 'warning',
    summary: 'an extended attribute that overlayfs keeps for its own use',
    engines: merging('sets it', 'sets it, and overlayfs acts on it or hides it', 'escapes trusted.overlay'),
    advice: 'Leave the attributes trusted.overlay.* and user.overlay.* out of layers; write opaque directories as .wh..wh..opq.',
  },
  'selinux-label': {
    severity: 'info',
    summary: 'a file brings a label of SELinux',
    engines: merging('sets it where the host allows that', 'sets it where the host allows that', 'leaves it out'),
    advice: 'Leave security.selinux out: labels are for the host that runs the container to give.',
  },
  'unknown-entry-type': {
    severity: 'error',
    summary: 'an entry of a type that has no meaning',
    engines: merging('refuses the layer', 'refuses the layer', 'refuses the layer'),
    advice: 'Write the layer without it: volume labels and continuations of archives are for tapes.',
  },
  'sparse-file': {
    severity: 'warning',
    summary: 'a file is stored sparse, which layers should not have',
    engines: merging('fills the holes with zeros', 'fills the holes with zeros', 'fills the holes with zeros'),
    advice: 'Write the file in full: some readers of layers do not know sparse files, and the specification advises against them.',
  },
};
