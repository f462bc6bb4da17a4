import type { Severity } from '../finding.ts';

/** What an engine, or a family of them, does with a construct. */
export interface EngineBehaviour {
  readonly engine: string;
  readonly does: string;
}

/** A construct that is looked for. */
export interface LintRule {
  readonly severity: Severity;
  /** What it is, in one line. */
  readonly summary: string;
  /** What engines do with it. Those that are not named were not observed. */
  readonly engines: readonly EngineBehaviour[];
  /** What to do about it. */
  readonly advice: string;
}

/** The three families that merge layers differently: those that extract one layer after the other, those that leave it to overlayfs, and umoci. */
export function merging(vfs: string, overlay: string, umoci: string): readonly EngineBehaviour[] {
  return [
    { engine: 'Docker and podman with vfs', does: vfs },
    { engine: 'Docker with overlay2, containerd', does: overlay },
    { engine: 'umoci', does: umoci },
  ];
}
