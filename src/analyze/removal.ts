import { classifyName } from '../layer/index.ts';
import { cleanPath } from '../tree/index.ts';

/** What an entry of a layer takes away from those below. */
export interface Removal {
  readonly kind: 'whiteout' | 'opaque';
  readonly path: string;
}

/** What the entry of this name takes away; `undefined` where it brings something. */
export function removalOf(name: string): Removal | undefined {
  if (!name.includes('.wh.')) return undefined;
  const found = classifyName(cleanPath(name, 'use the entry'));
  return found.kind === 'whiteout' || found.kind === 'opaque' ? found : undefined;
}
