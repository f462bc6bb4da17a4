import { describe, it } from 'vitest';
import { cases } from './cases.ts';

describe('trees, as every runtime runs them', () => {
  for (const { name, run } of cases) it(name, run);
});
