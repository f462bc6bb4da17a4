import { posix } from 'node:path';
import type { ContainerChanges } from '../oci/index.ts';
import { type Bundle, type Channel, entryOf, programsOf } from './bundle.ts';
import type { LadingOptions } from './options.ts';

/** How containers start: as the options say, and else with the entry of the bundle. */
export function containerOf(bundles: readonly Bundle[], options: LadingOptions, channel: Channel): ContainerChanges {
  const { root = '/app', container = {}, from = 'scratch' } = options;
  const isProgram = programsOf(bundles).length > 0;
  const entry = container.entrypoint === undefined ? entryOf(bundles) : undefined;
  const started: ContainerChanges = {
    ...(isProgram && { workdir: root }),
    ...(entry !== undefined && { entrypoint: ['node', posix.join(root, entry)] }),
    ...container,
  };
  if (from === 'scratch' && started.entrypoint?.[0] === 'node')
    channel.warn('the image is made from scratch and has no node to start its entry with: name a base in "from"');
  else if (from === 'scratch' && !isProgram && container.entrypoint === undefined && container.cmd === undefined)
    channel.warn('the image is made from scratch and has nothing to serve its files with: name a base in "from"');
  return started;
}
