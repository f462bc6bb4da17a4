import { describe, it } from 'vitest';
import { cases } from './cases.ts';

describe('the documents of an image', () => {
  for (const { name, run } of cases) it(name, run);
});
