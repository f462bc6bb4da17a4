import type { Layer } from '../../image/index.ts';
import type { Finding, Severity } from '../finding.ts';
import type { EngineBehaviour } from './rule.ts';
import { LINT_RULES, type LintCode } from './rules.ts';

/** A construct that `lint` found. */
export interface LintFinding extends Finding {
  readonly code: LintCode;
  /** The position of the layer that has it; `undefined` where it concerns the image. */
  readonly layer: number | undefined;
  /** The path that it concerns, if it concerns one. */
  readonly path: string | undefined;
  /** What engines do with it. */
  readonly engines: readonly EngineBehaviour[];
  /** What to do about it. */
  readonly advice: string;
}

/** What is told of one occurrence. */
export interface Occurrence {
  readonly path?: string;
  /** What the summary of the rule does not say. */
  readonly detail?: string;
  /** Where it weighs less than the rule says. */
  readonly severity?: Severity;
}

/** A finding about a layer. */
export function layerFinding(code: LintCode, { position, descriptor }: Layer, occurrence: Occurrence = {}): LintFinding {
  return { ...imageFinding(code, descriptor.digest, occurrence), layer: position };
}

/** A finding about the image whose manifest has this digest. */
export function imageFinding(code: LintCode, where: string, { path, detail, severity }: Occurrence = {}): LintFinding {
  const { summary, engines, advice, severity: usual } = LINT_RULES[code];
  const message = detail === undefined ? summary : `${summary}: ${detail}`;
  return { code, severity: severity ?? usual, where, message, layer: undefined, path, engines, advice };
}
