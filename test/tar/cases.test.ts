import { describe, it } from 'vitest';
import { cases } from './cases.ts';

describe('tar, as every runtime runs it', () => {
  for (const { name, run } of cases) it(name, run);
});
