// @ts-check
// Puts the modules that each verb loads into a few files, after `tsc` has written them one by one. The library stays as it is.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = `${root}dist/cli`;
const { dependencies } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));

const { outputFiles } = await build({
  entryPoints: [`${folder}/main.js`],
  outdir: folder,
  chunkNames: '[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  external: Object.keys(dependencies).flatMap((name) => [name, `${name}/*`]),
  tsconfigRaw: {}, // the project's maps the seams to their portable side, for the checker
  write: false,
  logLevel: 'warning',
});
rmSync(folder, { recursive: true });
mkdirSync(folder);
for (const { path, contents } of outputFiles) writeFileSync(path, contents);
