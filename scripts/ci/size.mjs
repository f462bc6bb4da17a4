// @ts-check
// Bundles the package as a web page would: no part may want Node, and `lading/tar` has a budget, minified and gzipped, in bytes.
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { tallyChecks } from './tally.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Bundles what a line of code imports. A `node:` import fails the build, for there is none in a browser. */
async function bundle(/** @type {string} */ contents) {
  const options = /** @type {const} */ ({ bundle: true, minify: true, format: 'esm', platform: 'browser', target: 'es2023', write: false });
  const { outputFiles, metafile } = await build({ stdin: { contents, resolveDir: root }, ...options, metafile: true, logLevel: 'error' });
  return { code: /** @type {Uint8Array} */ (outputFiles[0]?.contents), inputs: Object.keys(metafile.inputs) };
}

/** Prints the size beside its budget, and fails past `ceiling`. */
async function isSmall(/** @type {string} */ contents, /** @type {number} */ budget, ceiling = budget) {
  const { code, inputs } = await bundle(contents);
  const size = gzipSync(code, { level: 9 }).length;
  console.log(
    `    ${size} bytes (${code.length} before gzip), ${size > budget ? `${size - budget} OVER` : `${budget - size} under`} the budget of ${budget}`,
  );
  if (size > ceiling) throw new Error(`It has grown past ${ceiling} bytes`);
  const strays = inputs.filter((path) => path.includes('node_modules'));
  if (strays.length > 0) throw new Error(`It brings ${strays.join(', ')}`);
}

async function leavesTheCommandOut() {
  const strays = (await bundle("export * from 'lading'")).inputs.filter((path) => /commander|dist\/(cli|node)\//.test(path));
  if (strays.length > 0) throw new Error(`It brings ${strays.join(', ')}`);
}

// Both are over their budgets: 1.6 KB of each are the sentences of errors. Until they are smaller they may not grow.
const READER_CEILING = 7500;
const CODEC_CEILING = 16_100;

await tallyChecks('size', [
  [
    'reading with lading/tar stays small and brings no dependency',
    () => isSmall("export { readTarSync } from 'lading/tar'", 6 * 1024, READER_CEILING),
  ],
  ['all of lading/tar stays small and brings no dependency', () => isSmall("export * from 'lading/tar'", 15 * 1024, CODEC_CEILING)],
  ['all of lading bundles for a browser, and brings nothing of the command', leavesTheCommandOut],
]);
