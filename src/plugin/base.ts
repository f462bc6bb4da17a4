import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Address, parseAddress } from '../address.ts';
import type { BuildPlan } from '../build/index.ts';
import { ImageError, PathError } from '../errors.ts';
import { formatPlatform, parsePlatform } from '../oci/index.ts';
import { open } from '../open.ts';
import type { LadingOptions } from './options.ts';

/** What an image stands on, and what it runs on if that is asked for. */
export type Base = Pick<BuildPlan, 'base' | 'platform'>;

const KINDS = { 'docker-archive': 'docker-archive', 'oci-archive': 'oci-archive', oci: 'oci-layout' } as const;

/** Opens the base, and gives its image for each platform that is asked for, while it is open. @throws {PathError} `ENOENT` @throws {ImageError} */
export async function withBases<T>(
  { from = 'scratch', platforms }: LadingOptions,
  folder: string,
  use: (bases: readonly Base[]) => Promise<T>,
): Promise<T> {
  const wanted = platforms?.map((text): Base => ({ platform: parsePlatform(text) })) ?? [{}];
  if (from === 'scratch') return use(wanted);
  const { transport, path, reference } = addressIn(folder, from);
  const place = resolve(folder, path);
  if (!existsSync(place))
    throw new PathError('ENOENT', 'open the base', from, 'no such file or folder; "from" is the path of an image, which `docker save` writes');
  const archive = await open(place, transport ? { kind: KINDS[transport] } : {});
  try {
    if (archive.kind === 'tar' || archive.kind === 'folder')
      throw new ImageError(
        'IMAGE_NOT_FOUND',
        `Cannot build on ${JSON.stringify(from)}: it is a ${archive.kind} and holds no image; \`lading import\` makes one of it`,
      );
    const choice = reference === undefined ? {} : { image: reference };
    const on = async (ground: Base): Promise<Base> => ({
      ...ground,
      base: await archive.image(ground.platform ? { ...choice, platform: formatPlatform(ground.platform) } : choice),
    });
    return await use(await Promise.all(wanted.map(on)));
  } finally {
    await archive.close();
  }
}

/** Where the base lies, absolute, if there is one. */
export function basePlace({ from = 'scratch' }: LadingOptions, folder: string): string | undefined {
  return from === 'scratch' ? undefined : resolve(folder, addressIn(folder, from).path);
}

function addressIn(folder: string, text: string): Address {
  return parseAddress(text, (path) => existsSync(resolve(folder, path)));
}
