import { readFileSync } from 'node:fs';

const rows = readFileSync(new URL('./waste.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'));
const fieldOf = (key: string): string => rows.find((row) => row.startsWith(`${key} `))?.slice(key.length + 1) ?? '';

/** What waste.txt says: the image it is about, its totals, and each line as it stands, with its bytes and class. */
export const golden = {
  image: fieldOf('image'),
  totals: { stored: Number(fieldOf('stored')), wasted: Number(fieldOf('wasted')), hidden: Number(fieldOf('hidden')) },
  lines: rows
    .filter((row) => /^\d/.test(row))
    .map((text) => {
      const [, , , bytes, ...name] = text.split(' ');
      return { text, bytes: Number(bytes), name: name.join(' ') };
    }),
} as const;
