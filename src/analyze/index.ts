export type { Finding, Severity } from './finding.ts';
export { history, type PathChange } from './history.ts';
export { type LayerUsage, layerUsage } from './usage.ts';
export { type Verifiable, type VerifyOptions, verify } from './verify.ts';
