import type { LintRule } from './rule.ts';

export type FileCode = 'setuid-file' | 'world-writable' | 'secret-file' | 'private-key' | 'name-collision' | 'windows-name' | 'name-encoding';

/** What files of an image are a danger, or a trouble on some platform. */
export const FILE_RULES: Readonly<Record<FileCode, LintRule>> = {
  'setuid-file': {
    severity: 'warning',
    summary: 'a file runs with the rights of its owner or group (setuid, setgid)',
    engines: [
      {
        engine: 'every engine',
        does: 'keeps the bits; they have no effect with --security-opt no-new-privileges, or in Kubernetes with allowPrivilegeEscalation: false',
      },
    ],
    advice: 'Remove the bits (chmod a-s) where nobody in the container needs them.',
  },
  'world-writable': {
    severity: 'warning',
    summary: 'everybody may write to a file, or to a directory without the sticky bit',
    engines: [{ engine: 'every engine', does: 'keeps the mode' }],
    advice: 'Take the right away (chmod o-w), or set the sticky bit of a directory that all write to (chmod +t).',
  },
  'secret-file': {
    severity: 'warning',
    summary: 'a file has a name under which programs keep passwords, tokens or keys',
    engines: [{ engine: 'every engine', does: 'gives the file to whoever can pull the image, even if a later layer removes it' }],
    advice: 'Make the secret invalid. Give it to the build as a secret mount (RUN --mount=type=secret), which no layer keeps.',
  },
  'private-key': {
    severity: 'warning',
    summary: 'a file holds a private key',
    engines: [{ engine: 'every engine', does: 'gives the key to whoever can pull the image, even if a later layer removes it' }],
    advice: 'Replace the key, unless it is one for tests. Give it to the build as a secret mount, or to the container when it starts.',
  },
  'name-collision': {
    severity: 'info',
    summary: 'names of one directory differ only in case, in their Unicode form, or in dots and spaces at the end',
    engines: [
      { engine: 'engines on Linux', does: 'keep the names apart' },
      { engine: 'macOS and Windows', does: 'keep one of the files where the tree is unpacked to a folder, or mounted into a container' },
    ],
    advice: 'Rename one of them if the tree is to be unpacked elsewhere than on Linux.',
  },
  'windows-name': {
    severity: 'info',
    summary: 'a name that Windows cannot hold',
    engines: [
      { engine: 'engines on Linux', does: 'keep the name' },
      { engine: 'Windows', does: 'refuses the name, or changes it' },
    ],
    advice: 'Rename it if the tree is to be unpacked on Windows.',
  },
  'name-encoding': {
    severity: 'info',
    summary: 'a name is not UTF-8',
    engines: [
      { engine: 'engines on Linux', does: 'keep the bytes' },
      { engine: 'macOS and Windows', does: 'refuse the name, or change it' },
    ],
    advice: 'Rename it; not every tool that reads images can name it.',
  },
};
