import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Loss } from '../host.ts';
import type { DeviceNode, FifoNode } from '../tree/index.ts';
import type { HeldDirectory } from './directory.ts';

/**
 * Makes a FIFO or a device under an ASCII name; the loss, where that cannot be done. Node has no mknod(2), so mknod(1) and mkfifo(1) make them:
 * the system's own, found without the search path, with nothing of the environment.
 */
export function makeSpecial(directory: HeldDirectory, name: string, node: FifoNode | DeviceNode): Omit<Loss, 'path'> | undefined {
  if (node.type === 'fifo') return run('mkfifo', directory, ['-m', permissions(node), `./${name}`]);
  const { devmajor, devminor } = node;
  if (!isDevice(devmajor, devminor)) return { what: 'entry', code: 'EINVAL', message: `Linux has no device ${devmajor}:${devminor}` };
  return run('mknod', directory, [
    '-m',
    permissions(node),
    `./${name}`,
    node.type === 'block-device' ? 'b' : 'c',
    String(devmajor),
    String(devminor),
  ]);
}

function permissions(node: FifoNode | DeviceNode): string {
  return (node.mode & 0o777).toString(8);
}

// 12 and 20 bits are what Linux keeps of them; more would name another device.
function isDevice(major: number, minor: number): boolean {
  return Number.isInteger(major) && major >= 0 && major < 2 ** 12 && Number.isInteger(minor) && minor >= 0 && minor < 2 ** 20;
}

const PLACES = ['/usr/bin', '/bin', '/usr/sbin', '/sbin'];

// The child changes into the directory before it closes the descriptors that it inherits, so that /proc/self/fd/N is the held directory to it too.
function run(tool: string, directory: HeldDirectory, args: readonly string[]): Omit<Loss, 'path'> | undefined {
  const path = PLACES.map((place) => `${place}/${tool}`).find((candidate) => existsSync(candidate));
  if (!path) return { what: 'entry', code: 'ENOTSUP', message: `Node cannot make this, and there is no ${tool} here` };
  const { status, stderr, error } = spawnSync(path, args, { cwd: directory.path, env: { LC_ALL: 'C' }, stdio: ['ignore', 'ignore', 'pipe'] });
  if (status === 0) return undefined;
  return { what: 'entry', code: 'OUTPUT_FAILED', message: error?.message ?? stderr.toString().trim() };
}
