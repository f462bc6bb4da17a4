import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { commandLine, whereOnPath } from '../commands.mjs';
import { emptyStart } from './limits.mjs';

const gunzipBlobs = fileURLToPath(new URL('../gunzip-blobs.mjs', import.meta.url));
const UNPACK = 'd=$(mktemp -d); umoci unpack --image "$1" "$d/bundle" && find "$d/bundle/rootfs" > /dev/null; s=$?; rm -rf "$d"; exit $s';

/** An image in three forms, by the names that its maker gives them: demo-docker.tar, demo-oci.tar and demo-oci. */
export function imageCases(folder) {
  const docker = join(folder, 'demo-docker.tar');
  const list = { lading: commandLine('ls', '-R', docker) };
  const umoci = whereOnPath({ umoci: ['sh', '-c', UNPACK, 'sh', `${join(folder, 'demo-oci')}:latest`] }, 'umoci');
  return [
    {
      name: 'image-list',
      title: 'merged listing of a docker-archive',
      kind: 'command',
      commands: { ...list, ...umoci },
      slow: ['umoci'],
      limit: emptyStart,
      budget: { most: 500 },
    },
    {
      name: 'image-list-memory',
      title: 'most memory resident meanwhile',
      kind: 'command-peak',
      unit: 'MB',
      per: 1e6,
      commands: list,
      budget: { most: 200 },
    },
    { name: 'image-list-read', title: 'bytes read meanwhile', kind: 'command-read', unit: 'MB', per: 1e6, commands: list },
    {
      name: 'image-gzip',
      title: 'merged listing of the same as OCI with gzip',
      kind: 'command',
      commands: { lading: commandLine('ls', '-R', join(folder, 'demo-oci.tar')) },
      limit: { name: 'node:zlib on all cores', command: [process.execPath, gunzipBlobs, join(folder, 'demo-oci')] },
      budget: { times: 1.15 },
    },
  ];
}
