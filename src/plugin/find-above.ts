import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The nearest file or folder of a name, in a folder or one above it, as Node looks for `node_modules` and `package.json`. */
export function findAbove(folder: string, name: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const path = join(at, name);
    if (existsSync(path)) return path;
    if (dirname(at) === at) return undefined;
  }
}
