import { spawn, spawnSync } from 'node:child_process';
import { peakOfFamily } from './memory.mjs';

const options = { stdio: ['ignore', 'ignore', 'inherit'] };

/** Milliseconds from the start of a command to its end. */
export function timeCommand([command, ...args]) {
  const start = performance.now();
  const { status, error } = spawnSync(command, args, options);
  if (status !== 0) throw error ?? failure([command, ...args], status);
  return performance.now() - start;
}

/** How many lines a command prints. */
export function countLines([command, ...args]) {
  const { stdout } = spawnSync(command, args, { stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 2 ** 30 });
  return stdout.reduce((count, byte) => count + (byte === 10 ? 1 : 0), 0);
}

/** Most memory a command, or one that it started, had resident at once, as it stood when last looked at: once a millisecond. */
export function peakOfCommand([command, ...args]) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, options);
    let peak = 0;
    const look = setInterval(() => {
      peak = Math.max(peak, peakOfFamily(child.pid));
    }, 1);
    child.on('error', reject).on('exit', (status) => {
      clearInterval(look);
      if (status === 0) resolve(peak);
      else reject(failure([command, ...args], status));
    });
  });
}

function failure(argv, status) {
  return new Error(`${argv.join(' ')}: status ${status}`);
}

/** Bytes that a command read, whether from disk or from the page cache; the shell that reads the count adds a few thousand. */
export function bytesReadBy(argv) {
  const { stdout } = spawnSync('sh', ['-c', '"$@" > /dev/null; cat /proc/$$/io', 'sh', ...argv], {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  });
  return Number(/^rchar: (\d+)$/m.exec(stdout)?.[1]);
}
