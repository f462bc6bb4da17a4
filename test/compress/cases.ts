import type { Case } from '../same.ts';
import { commonCases } from './common.cases.ts';
import { compressCases } from './compress.cases.ts';
import { gzipCases } from './gzip.cases.ts';
import { lifetimeCases } from './lifetime.cases.ts';
import { xzAndBzip2Cases } from './xz-and-bzip2.cases.ts';
import { zstdCases } from './zstd.cases.ts';

export const cases: readonly Case[] = [...commonCases, ...gzipCases, ...zstdCases, ...xzAndBzip2Cases, ...lifetimeCases, ...compressCases];
