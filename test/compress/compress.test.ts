import { describe, it } from 'vitest';
import { cases } from './cases.ts';

describe('compression, by node:zlib', () => {
  for (const { name, run } of cases) it(name, run);
});
