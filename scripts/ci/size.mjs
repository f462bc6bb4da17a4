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

async function holdsBudget(/** @type {string} */ contents, /** @type {number} */ budget) {
  const { code, inputs } = await bundle(contents);
  const size = gzipSync(code, { level: 9 }).length;
  console.log(`    ${size} of ${budget} bytes (${code.length} before gzip)`);
  if (size > budget) throw new Error(`${size - budget} bytes over its budget`);
  const strays = inputs.filter((path) => path.includes('node_modules'));
  if (strays.length > 0) throw new Error(`It brings ${strays.join(', ')}`);
}

async function leavesTheCommandOut() {
  const strays = (await bundle("export * from 'lading'")).inputs.filter((path) => /commander|dist\/(cli|node)\//.test(path));
  if (strays.length > 0) throw new Error(`It brings ${strays.join(', ')}`);
}

await tallyChecks('size', [
  ['reading with lading/tar stays small and brings no dependency', () => holdsBudget("export { readTarSync } from 'lading/tar'", 6 * 1024)],
  ['all of lading/tar stays small and brings no dependency', () => holdsBudget("export * from 'lading/tar'", 15 * 1024)],
  ['all of lading bundles for a browser, and brings nothing of the command', leavesTheCommandOut],
]);
