import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { commandLine, inFolder, whereOnPath } from '../commands.mjs';
import { emptyStart } from './limits.mjs';

const gunzipBlobs = fileURLToPath(new URL('../gunzip-blobs.mjs', import.meta.url));
// 0.5 s where an empty start takes 45 ms.
const START = 11;
const UNPACK = 'umoci unpack --image "$1" "$d/bundle"';

/** An image in three forms, by the names that its maker gives them: demo-docker.tar, demo-oci.tar and demo-oci. */
export function imageCases(folder) {
  const docker = join(folder, 'demo-docker.tar');
  const list = { lading: commandLine('ls', '-R', docker) };
  const layout = `${join(folder, 'demo-oci')}:latest`;
  const umoci = whereOnPath({ umoci: inFolder(`${UNPACK} && find "$d/bundle/rootfs" > /dev/null`, layout) }, 'umoci');
  return [
    {
      name: 'image-list',
      title: 'merged listing of a docker-archive',
      kind: 'command',
      commands: { ...list, ...umoci },
      slow: ['umoci'],
      limit: emptyStart,
      budget: { times: START },
    },
    {
      name: 'image-inspect',
      title: 'what that image is, on one screen',
      kind: 'command',
      commands: {
        lading: commandLine('inspect', docker),
        ...whereOnPath({ 'skopeo (configuration and layers alone)': ['skopeo', 'inspect', `docker-archive:${docker}`] }),
      },
      slow: ['skopeo (configuration and layers alone)'],
      limit: emptyStart,
      budget: { times: START },
    },
    {
      name: 'image-waste',
      title: 'what that image wastes',
      kind: 'command',
      commands: { lading: commandLine('waste', docker) },
      limit: emptyStart,
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
    {
      name: 'image-export',
      title: 'its merged tree as one tar',
      kind: 'command',
      rounds: 5,
      commands: {
        lading: inFolder('"$@" -o "$d/o"', ...commandLine('export', docker)),
        ...whereOnPath({ 'umoci and GNU tar': inFolder(`${UNPACK} && tar -C "$d/bundle/rootfs" -cf "$d/o" .`, layout) }, 'umoci'),
      },
      slow: ['umoci and GNU tar'],
      limit: { name: 'cp of the archive', command: inFolder('cp "$1" "$d/o"', docker) },
      budget: { peers: 1 },
    },
    {
      name: 'image-convert-gzip',
      title: 'docker-archive to OCI layout with gzip',
      kind: 'command',
      rounds: 3,
      commands: {
        lading: inFolder('"$@" "oci:$d/o"', ...commandLine('convert', '--compression', 'gzip', docker)),
        ...whereOnPath({ skopeo: inFolder('skopeo copy --quiet "docker-archive:$1" "oci:$d/o:x"', docker) }, 'skopeo'),
      },
      budget: { peers: 1 },
    },
    {
      name: 'image-convert',
      title: 'docker-archive to OCI layout, layers as they are',
      kind: 'command',
      rounds: 5,
      commands: { lading: inFolder('"$@" "oci:$d/o"', ...commandLine('convert', '--compression', 'none', docker)) },
      limit: { name: 'cp or sha256sum alone, the slower', command: inFolder('cp "$1" "$d/o" & sha256sum "$1"; wait', docker) },
      budget: { times: 1.5 },
    },
  ];
}
