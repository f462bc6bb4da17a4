import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The built command. */
export const MAIN: string = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly input?: string | Uint8Array;
}

/** Runs the built command to its end. */
export function lading(args: readonly string[], options: RunOptions = {}): Outcome {
  const { status, stdout, stderr } = spawned(args, options);
  return { status, stdout: stdout.toString(), stderr: stderr.toString() };
}

/** What it printed, of a run that must have gone well and said nothing on standard error. */
export function printed(args: readonly string[], options: RunOptions = {}): string {
  const { status, stdout, stderr } = lading(args, options);
  if (status !== 0 || stderr !== '') throw new Error(`lading ${args.join(' ')}: status ${status}\n${stderr}`);
  return stdout;
}

/** The same as bytes. */
export function printedBytes(args: readonly string[], options: RunOptions = {}): Uint8Array {
  const { status, stdout, stderr } = spawned(args, options);
  if (status !== 0) throw new Error(`lading ${args.join(' ')}: status ${status}\n${stderr}`);
  return Uint8Array.from(stdout);
}

/** The same as JSON. */
export function json(args: readonly string[], options: RunOptions = {}): unknown {
  return JSON.parse(printed([...args, '--json'], options));
}

/** The error object that a run which must fail leaves on standard error, with its status. */
export function failure(args: readonly string[], options: RunOptions = {}): Record<string, unknown> {
  const { status, stdout, stderr } = lading([...args, '--json'], options);
  if (status === 0 || stdout !== '') throw new Error(`lading ${args.join(' ')}: status ${status}\n${stdout}`);
  const { error } = JSON.parse(stderr.trimEnd().split('\n').at(-1) as string);
  return { status, ...error };
}

function spawned(args: readonly string[], { cwd, input = '' }: RunOptions): SpawnSyncReturns<Buffer> {
  return spawnSync(process.execPath, [MAIN, ...args], { cwd, input, maxBuffer: 2 ** 28 });
}

/** Runs a line of shell in which `lading` is the command. */
export function shell(line: string, cwd: string): Outcome {
  const script = `lading() { "${process.execPath}" "${MAIN}" "$@"; }\n${line}`;
  const { status, stdout, stderr } = spawnSync('bash', ['-c', script], { cwd, encoding: 'utf8' });
  return { status, stdout, stderr };
}

/** Starts the command without waiting for it. */
export function start(args: readonly string[], cwd: string, env: Readonly<Record<string, string>> = {}): ReturnType<typeof spawn> {
  return spawn(process.execPath, [MAIN, ...args], { cwd, stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...env } });
}
