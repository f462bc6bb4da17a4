import { buildImages } from '../../src/build/index.ts';
import { parsePlatform } from '../../src/oci/index.ts';
import { parseTarget, writeTarget } from '../../src/plugin/target.ts';
import { MemoryStore } from '../../src/store/index.ts';
import { file, Tree } from '../../src/tree/index.ts';
import type { Project } from './project.ts';

/** Puts an image into a project that others can stand on: for one platform, or for several as one. */
export async function writeBase(
  project: Project,
  to: string,
  platforms: readonly [string, ...string[]] = ['linux/amd64'],
  name = 'base:1',
): Promise<void> {
  const plan = (platform: string): object => {
    const tree = new Tree();
    tree.set('usr/bin/node', file(`node for ${platform}`, { mode: 0o755 }));
    return { platform: parsePlatform(platform), layers: [{ tree }], container: { env: { PATH: '/usr/bin' }, cmd: ['node'], workdir: '/srv' } };
  };
  const [first, ...others] = platforms;
  const { store, descriptor } = await buildImages([plan(first), ...others.map(plan)], new MemoryStore());
  await writeTarget(parseTarget(to, project.folder), store, [{ name, descriptor }]);
}
