import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeDockerArchive } from '../docker/index.ts';
import type { NamedDescriptor, ReadableStore } from '../store/index.ts';
import { releaseOf } from '../stream/index.ts';

const ENGINES = ['docker', 'podman'] as const;

/** Hands images to the engine of this machine. @throws {Error} where there is none, or it does not take them. */
export async function loadInto(wanted: true | (typeof ENGINES)[number], store: ReadableStore, images: readonly NamedDescriptor[]): Promise<void> {
  const engine = (wanted === true ? ENGINES : [wanted]).find(isThere);
  if (!engine)
    throw new Error(
      `Cannot load the image: ${wanted === true ? ENGINES.join(' or ') : wanted} is not to be found here; install it, or leave out "load"`,
    );
  const child = spawn(engine, ['load'], { stdio: ['pipe', 'ignore', 'pipe'] });
  const said: Buffer[] = [];
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk));
  child.stdin.on('error', () => undefined); // it ended early: its status tells
  const ended = once(child, 'close');
  const archive = writeDockerArchive(store, images);
  const release = releaseOf(archive);
  for await (const chunk of archive) {
    const written = new Promise<boolean>((resolve) => child.stdin.write(chunk, (error) => resolve(!error)));
    if (!(await Promise.race([written, ended.then(() => false)]))) break;
    release(chunk);
  }
  child.stdin.end();
  const [status] = await ended;
  if (status !== 0) throw new Error(`Cannot load the image: ${engine} says: ${Buffer.concat(said).toString().trim()}`);
}

function isThere(engine: string): boolean {
  return spawnSync(engine, ['--version'], { stdio: 'ignore' }).status === 0;
}
