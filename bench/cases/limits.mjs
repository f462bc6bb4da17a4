import { readFileSync } from 'node:fs';
import { fileOf } from '../data.mjs';

/** What the figures are judged by: copying the archive of 36,765 entries once, into memory that is there already. */
export const memcpy = {
  name: 'memcpy of 197 MB',
  data: ['many.tar'],
  input: () => {
    const archive = readFileSync(fileOf('many.tar'));
    return { archive, copy: new Uint8Array(archive.length) };
  },
  run: ({ archive, copy }) => copy.set(archive),
};

/** A process that does nothing. */
export const emptyStart = { name: 'empty Node start', command: [process.execPath, '-e', '0'] };
