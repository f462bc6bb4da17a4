import { LadingError } from '../errors.ts';
import { printableMessage } from './format/text.ts';
import { hideProgress } from './progress.ts';

/** A command line that asks for what cannot be. Its code in JSON is `USAGE`. */
export class UsageError extends Error {
  readonly code = 'USAGE';
}

const USAGE_CODES: ReadonlySet<string> = new Set(['USAGE', 'IMAGE_AMBIGUOUS', 'IMAGE_ATTESTED', 'OUTPUT_EXISTS', 'PLATFORM_INVALID']);

/** Says on standard error what went wrong, and sets the status: 2 where another command line would help, else 3. */
export function fail(error: unknown, json: boolean): void {
  process.exitCode = USAGE_CODES.has(codeOf(error)) ? 2 : 3;
  hideProgress();
  process.stderr.write(json ? `${JSON.stringify({ error: errorObject(error) })}\n` : `lading: ${shownMessage(error)}\n`);
}

/** The answer is no. */
export function answerNo(): void {
  process.exitCode = 1;
}

/** Something worth knowing that is no data. */
export function note(text: string): void {
  hideProgress();
  process.stderr.write(`lading: ${printableMessage(text)}\n`);
}

/** An error as data: its code, its message, and what else its class carries. */
export function errorObject(error: unknown): object {
  const { name: _, ...data } = error instanceof LadingError ? error : ({} as { name?: string });
  return { code: codeOf(error), message: messageOf(error), ...data };
}

function codeOf(error: unknown): string {
  return error instanceof LadingError || error instanceof UsageError ? error.code : 'INTERNAL';
}

/** What an error quotes of its input may hold what acts on a terminal. */
function shownMessage(error: unknown): string {
  return error instanceof LadingError ? printableMessage(error.message) : messageOf(error);
}

function messageOf(error: unknown): string {
  if (error instanceof LadingError || error instanceof UsageError) return error.message;
  return `This is a fault of lading: ${error instanceof Error ? error.stack : String(error)}`;
}
