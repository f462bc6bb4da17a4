import { execFileSync } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { extract, type Header } from 'tar-stream';
import { decodeText, encodeText } from '../../src/bytes/index.ts';
import type { EntryType } from '../../src/tar/index.ts';
import { formatXattrs, type Listed, sha256, withoutSlash } from './listing.ts';

/** Other programs that read archives: each lists one in our form, as far as it tells. */
export interface PeerReader {
  readonly name: string;
  /** The program it needs, if any. */
  readonly program?: string;
  list(path: string): Listed[] | Promise<Listed[]>;
}

const environment = { ...process.env, LC_ALL: 'C.UTF-8', TZ: 'UTC' };

export function run(program: string, args: readonly string[], input?: string | Uint8Array): Buffer {
  return execFileSync(program, args, { env: environment, maxBuffer: 2 ** 28, stdio: ['pipe', 'pipe', 'pipe'], ...(input && { input }) });
}

export function isInstalled(program: string): boolean {
  try {
    return run(program, ['--version']).length > 0;
  } catch {
    return false;
  }
}

export const python: string = fileURLToPath(new URL('tarfile_peer.py', import.meta.url));

export const peerReaders: readonly PeerReader[] = [
  { name: 'GNU tar', program: 'tar', list: listByGnuTar },
  { name: 'bsdtar', program: 'bsdtar', list: listByBsdtar },
  { name: "Python's tarfile", program: 'python3', list: listByPython },
  { name: 'tar-stream', list: listByTarStream },
];

const GNU_TYPES: Readonly<Record<string, EntryType>> = {
  '-': 'file',
  d: 'directory',
  l: 'symlink',
  h: 'hardlink',
  c: 'character-device',
  b: 'block-device',
  p: 'fifo',
};
const GNU_LINE = /^(.)(.{9}) (.+?)\/(.+?) +(\d+|\d+,\d+) (\S+) (\S+) +("(?:[^"\\]|\\.)*")(?: (?:->|link to) ("(?:[^"\\]|\\.)*"))?$/;

/** `tar -tv` tells owners either by name or by number, so it is asked twice. Bodies are compared apart: it has no digests. */
function listByGnuTar(path: string): Listed[] {
  const lines = (option: string): string[] => {
    const text = run('tar', ['-tv', '--full-time', '--quoting-style=c', '--warning=no-unknown-keyword', ...(option ? [option] : []), '-f', path]);
    return text.toString('utf8').trimEnd().split('\n');
  };
  const numeric = lines('--numeric-owner');
  return lines('').map((line, i) => {
    const match = GNU_LINE.exec(line);
    const [, , , uid, gid] = GNU_LINE.exec(numeric[i] ?? '') ?? [];
    if (!match || !uid || !gid) throw new Error(`tar printed ${line}`);
    const [, flag = '', permissions = '', uname = '', gname = '', size = '', date, time = '', name = '', target] = match;
    const type = GNU_TYPES[flag] ?? 'file';
    const [clock, fraction = ''] = time.split('.');
    return {
      name: withoutSlash(unquote(name.slice(1, -1))),
      type,
      mode: modeOf(permissions),
      uid: Number(uid),
      gid: Number(gid),
      uname,
      gname,
      mtime: `${Date.parse(`${date}T${clock}Z`) / 1000}.${fraction.padEnd(9, '0')}`,
      linkname: target ? unquote(target.slice(1, -1)) : '',
      ...(size.includes(',') ? { device: size } : { size: Number(size) }),
    };
  });
}

/** `rwsr-xr-t` as bits. */
function modeOf(permissions: string): number {
  let mode = 0;
  for (const [i, letter] of [...permissions].entries()) {
    if (/[rwxst]/.test(letter)) mode |= 0o400 >> i;
    if (/[sStT]/.test(letter)) mode |= 0o4000 >> Math.floor(i / 3);
  }
  return mode;
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', '"': '"', '\\': '\\' };

/** Undoes C's backslashes and mtree's, whose octal escapes are bytes. */
function unquote(text: string): string {
  const parts = text.replace(/\\([0-7]{3}|.)/g, (_, code: string) => ESCAPES[code] ?? byteEscape(Number.parseInt(code, 8)));
  return decodeText(encodeText(parts));
}

// A byte over 0x7f goes through as the escape of lossless text, so that bytes and characters can stand in one string.
const byteEscape = (byte: number): string => String.fromCharCode(byte < 0x80 ? byte : 0xdc00 + byte);

const MTREE_TYPES: Readonly<Record<string, EntryType>> = {
  file: 'file',
  dir: 'directory',
  link: 'symlink',
  char: 'character-device',
  block: 'block-device',
  fifo: 'fifo',
};

/** bsdtar turns an archive into an mtree specification, which tells everything but hard links. It sorts; `inode` counts the entries. */
function listByBsdtar(path: string): Listed[] {
  const text = run('bsdtar', ['-cf', '-', '--format=mtree', '--options=mtree:all,mtree:sha256', `@${path}`]).toString('utf8');
  const lines = text.split('\n').filter((line) => line.startsWith('./'));
  return lines
    .map(
      (line) =>
        new Map(
          line
            .split(' ')
            .map((word, i): [string, string] =>
              i === 0 ? ['name', word.slice(2)] : [word.split('=', 1)[0] ?? '', word.slice(word.indexOf('=') + 1)],
            ),
        ),
    )
    .sort((a, b) => Number(a.get('inode')) - Number(b.get('inode')))
    .map((words) => {
      const word = (key: string): string => unquote(words.get(key) ?? '');
      const [seconds, fraction = ''] = word('time').split('.');
      const [major, minor] = word('device').split(',').slice(1);
      const type = MTREE_TYPES[word('type')] ?? 'file';
      return {
        name: word('name'),
        type,
        mode: Number.parseInt(word('mode'), 8),
        uid: Number(word('uid')),
        gid: Number(word('gid')),
        uname: word('uname'),
        gname: word('gname'),
        mtime: `${seconds}.${fraction.padStart(9, '0')}`,
        ...(type === 'file' && { size: Number(word('size')) }),
        ...(type === 'symlink' && { linkname: word('link') }),
        ...(major && { device: `${major},${minor}` }),
        ...(words.has('sha256digest') && { content: word('sha256digest') }),
      };
    });
}

function listByPython(path: string): Listed[] {
  const entries: (Omit<Listed, 'xattrs'> & { xattrs: Record<string, string> })[] = JSON.parse(run('python3', [python, 'read', path]).toString());
  return entries.map(({ xattrs, mtime, ...entry }) => ({
    ...entry,
    mtime: decimalTime(mtime ?? ''),
    xattrs: formatXattrs(Object.entries(xattrs).map(([name, value]) => [name, encodeText(value)])),
  }));
}

/** Decimal seconds as whole seconds and nanoseconds, the latter always counted upwards. */
function decimalTime(text: string): string {
  const [, sign, whole = '', digits = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  const nanoseconds = Number(digits.padEnd(9, '0'));
  if (!sign || nanoseconds === 0) return `${sign}${whole}.${digits.padEnd(9, '0')}`;
  return `${-Number(whole) - 1}.${String(1e9 - nanoseconds).padStart(9, '0')}`;
}

async function listByTarStream(path: string): Promise<Listed[]> {
  const entries: Listed[] = [];
  for await (const entry of createReadStream(path).pipe(extract())) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of entry) chunks.push(chunk as Uint8Array);
    entries.push(fromTarStream(entry.header, Buffer.concat(chunks)));
  }
  return entries;
}

function fromTarStream({ name, type, mtime, linkname, devmajor, devminor, pax, size, ...header }: Header, body: Buffer): Listed {
  const xattrs = Object.entries((pax ?? {}) as Record<string, string>).filter(([key]) => key.startsWith('SCHILY.xattr.'));
  const { mode, uid, gid, uname, gname } = header;
  return {
    name: withoutSlash(name),
    type: type === 'link' ? 'hardlink' : type === 'contiguous-file' ? 'file' : type,
    ...{ mode, uid, gid, uname, gname },
    mtime: `${mtime.getTime() / 1000}.000000000`,
    linkname: linkname ?? '',
    ...(type === 'file' && { size, content: sha256(body) }),
    ...(type.endsWith('device') && { device: `${devmajor},${devminor}` }),
    xattrs: formatXattrs(xattrs.map(([key, value]) => [key.slice('SCHILY.xattr.'.length), encodeText(value)])),
  };
}
