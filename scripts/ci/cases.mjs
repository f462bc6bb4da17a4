// @ts-check
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../../', import.meta.url));
const seams = { '#hash': 'digest/portable', '#zlib': 'compress/portable', '#host': 'host' };

/** The modules of cases that every runtime runs: each exports `cases` and imports neither vitest nor Node. */
export function caseModules() {
  const paths = readdirSync(`${root}test`, { recursive: true, encoding: 'utf8' });
  const modules = paths.map((path) => `test/${path.replaceAll('\\', '/')}`).filter((path) => path.endsWith('/cases.ts'));
  // Others export a suite that each implementation of an interface runs; those need what makes one.
  return modules.filter((path) => /^export const cases\b/m.test(readFileSync(root + path, 'utf8')));
}

/**
 * One module that runs all cases and exports their outcome as the promise `result`.
 * - `built`: the cases run against `dist`, and the seams resolve as in the package;
 * - `portable`: everything in one file, with the portable side of each seam, from the sources. A `node:` import fails the build.
 * @param {'built' | 'portable'} kind
 * @returns {Promise<string>} the path of the module
 */
export async function bundleCases(kind) {
  const modules = caseModules();
  const contents = [
    `import { runCases } from './scripts/ci/run-cases.js';`,
    ...modules.map((path, i) => `import { cases as c${i} } from './${path}';`),
    `export const result = runCases([${modules.map((path, i) => `['${path.slice('test/'.length, -'/cases.ts'.length)}', c${i}]`)}]);`,
  ].join('\n');
  const outfile = join(mkdtempSync(join(tmpdir(), 'lading-cases-')), 'cases.mjs'); // Deno loads nothing from node_modules that leads out of it
  await build({
    stdin: { contents, resolveDir: root },
    bundle: true,
    format: 'esm',
    platform: kind === 'portable' ? 'browser' : 'neutral',
    target: 'es2023',
    outfile,
    plugins: [kind === 'portable' ? portableSeams : builtSources],
    logLevel: 'error',
  });
  return outfile;
}

/** @type {import('esbuild').Plugin} */
const builtSources = {
  name: 'built-sources',
  setup(build) {
    build.onResolve({ filter: /\/src\/.*\.ts$/ }, ({ path }) => {
      const built = path.replace(/^.*\/src\//, `${root}dist/`).replace(/\.ts$/, '.js');
      return { path: pathToFileURL(built).href, external: true };
    });
  },
};

/** @type {import('esbuild').Plugin} */
const portableSeams = {
  name: 'portable-seams',
  setup(build) {
    for (const [name, file] of Object.entries(seams)) build.onResolve({ filter: new RegExp(`^${name}$`) }, () => ({ path: `${root}src/${file}.ts` }));
  },
};
