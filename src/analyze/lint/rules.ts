import type { LintRule } from './rule.ts';
import { FILE_RULES, type FileCode } from './rules-of-files.ts';
import { IMAGE_RULES, type ImageCode } from './rules-of-images.ts';
import { LAYER_RULES, type LayerCode } from './rules-of-layers.ts';

export type LintCode = LayerCode | FileCode | ImageCode;

/** Everything that `lint` looks for: the closed list of its codes, each with a page in docs/lint. */
export const LINT_RULES: Readonly<Record<LintCode, LintRule>> = { ...LAYER_RULES, ...FILE_RULES, ...IMAGE_RULES };

export const LINT_CODES = Object.keys(LINT_RULES) as readonly LintCode[];
