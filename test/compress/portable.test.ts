import { describe, it, vi } from 'vitest';
import { cases } from './cases.ts';

vi.mock('#zlib', () => import('../../src/compress/portable.ts'));

describe('compression, by the portable side', () => {
  for (const { name, run } of cases) it(name, run);
});
