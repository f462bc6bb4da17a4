import { compareText } from '../bytes/index.ts';
import { PathError } from '../errors.ts';
import { collect } from './collect.ts';
import type { FolderEntry, WritableFolder } from './folder.ts';
import { bytesSource, type Source } from './source.ts';

/** An empty folder in memory. */
export function memoryFolder(): WritableFolder {
  const files = new Map<string, Source>();
  let turn: Promise<unknown> = Promise.resolve();
  return {
    shown: 'a folder in memory',
    async list(path = ''): Promise<readonly FolderEntry[]> {
      const entries = entriesBelow(files.keys(), path === '' ? '' : `${path}/`);
      if (entries.length === 0 && path !== '')
        throw new PathError(files.has(path) ? 'ENOTDIR' : 'ENOENT', 'list', path, 'no directory has this path');
      return entries;
    },
    async open(path): Promise<Source> {
      const found = files.get(path);
      if (!found) throw new PathError('ENOENT', 'open', path, 'no file has this path');
      return found;
    },
    async write(content, path): Promise<void> {
      const bytes = await collect(content);
      files.set(path(), bytesSource(bytes));
    },
    exclusively<T>(work: () => Promise<T>): Promise<T> {
      const result = turn.then(work);
      turn = result.catch(() => {});
      return result;
    },
    async close(): Promise<void> {},
  };
}

function entriesBelow(paths: Iterable<string>, lead: string): readonly FolderEntry[] {
  const types = new Map<string, FolderEntry['type']>();
  for (const path of paths) {
    if (!path.startsWith(lead)) continue;
    const [name = '', ...rest] = path.slice(lead.length).split('/');
    types.set(name, rest.length > 0 ? 'directory' : 'file');
  }
  return [...types].map(([name, type]) => ({ name, type })).sort((a, b) => compareText(a.name, b.name));
}
