import { type ErrorCode, LadingError, PathError } from '../errors.ts';

/** An error of the host as one of this package, with the host's as its cause. What is none of the host's (an abort, an error of ours) stays as it is. */
export function hostFault(code: ErrorCode, op: string, path: string, error: unknown): unknown {
  const errno = errnoOf(error);
  if (error instanceof LadingError || errno === undefined) return error;
  return new PathError(code, op, path, hostReason(error), { cause: error });
}

/** The name of the host's error, such as `EACCES`; `undefined` where it is not one of the host's. */
export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && 'syscall' in error && 'code' in error ? String(error.code) : undefined;
}

/** What the host says, without the call and the path that Node adds: `EACCES: permission denied`. */
export function hostReason(error: unknown): string {
  return (error as Error).message.split(',')[0] as string;
}
