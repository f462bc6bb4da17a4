import { existsSync, realpathSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { basePlace } from './base.ts';
import type { LadingOptions } from './options.ts';
import { parseTarget, type Target } from './target.ts';

/** Where the images of a project go. */
export function targetsOf({ to, load }: LadingOptions, project: string): readonly Target[] {
  const texts = to === undefined ? (load ? [] : ['image.tar']) : typeof to === 'string' ? [to] : to;
  return texts.map((text) => parseTarget(text, project));
}

/** Where the JSON of what was made goes, absolute, if anywhere. */
export function metadataPath(options: LadingOptions, project: string): string | undefined {
  if (options.metadata === false) return undefined;
  if (options.metadata !== undefined) return resolve(project, options.metadata);
  const [first] = targetsOf(options, project);
  return first && join(dirname(first.path), 'lading-image.json');
}

/** Nothing that a build writes may take the place of what it reads, or of something else that it writes. @throws {TypeError} which names the option. */
export function assertApart(options: LadingOptions, project: string): void {
  const targets = targetsOf(options, project).map(({ path }) => realPath(path));
  const base = basePlace(options, project);
  if (base !== undefined && targets.includes(realPath(base)))
    throw new TypeError(
      `Cannot take the option "to" of lading: ${JSON.stringify(options.from)} is the base too, and each build would stand on the one before; give another path`,
    );
  const metadata = metadataPath(options, project);
  const holder = metadata === undefined ? undefined : targets.find((path) => `${realPath(metadata)}${sep}`.startsWith(`${path}${sep}`));
  if (holder !== undefined)
    throw new TypeError(`Cannot take the option "metadata" of lading: the image goes to ${JSON.stringify(holder)}; give another path`);
}

/** The path without links, as far as it is there. */
function realPath(path: string): string {
  if (existsSync(path)) return realpathSync(path);
  return dirname(path) === path ? path : join(realPath(dirname(path)), path.slice(dirname(path).length));
}
