/** How much a finding weighs. `info` never makes an answer "no". */
export type Severity = 'error' | 'warning' | 'info';

/** One thing that an analysis found, as data. */
export interface Finding {
  /** What it is: one of the codes of the analysis, or the code of the error that reading ended with. */
  readonly code: string;
  readonly severity: Severity;
  /** Where: a digest, a JSON pointer in a document, a path in a layer. */
  readonly where: string;
  readonly message: string;
}

/** The finding that an error is. What cannot be checked here may still be right. */
export function findingOf(error: unknown, where: string): Finding {
  if (!(error instanceof Error && 'code' in error)) throw error;
  const code = String(error.code);
  return { code, severity: code === 'DIGEST_ALGORITHM' ? 'warning' : 'error', where, message: error.message };
}
