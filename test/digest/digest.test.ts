import { describe, it } from 'vitest';
import { cases } from './cases.ts';

describe('digests, by node:crypto', () => {
  for (const { name, run } of cases) it(name, run);
});
