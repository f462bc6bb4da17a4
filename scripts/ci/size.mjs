// Bundles `lading/tar` as a web page would, and holds the result to its budget: minified and gzipped, in bytes.

import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { tallyChecks } from './tally.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const budgets = /** @type {const} */ ([
  ['the reader', "export { readTarSync } from 'lading/tar'", 6 * 1024],
  ['the whole of lading/tar', "export * from 'lading/tar'", 15 * 1024],
]);

async function bundle(/** @type {string} */ contents) {
  const stdin = { contents, resolveDir: root };
  const { outputFiles, metafile } = await build({
    stdin,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2023',
    write: false,
    metafile: true,
    logLevel: 'error',
  });
  return { code: /** @type {Uint8Array} */ (outputFiles[0]?.contents), inputs: Object.keys(metafile.inputs) };
}

await tallyChecks(
  'size',
  budgets.map(([name, contents, budget]) => [
    `${name} stays under ${budget} bytes and brings no dependency along`,
    async () => {
      const { code, inputs } = await bundle(contents);
      const size = gzipSync(code, { level: 9 }).length;
      console.log(`    ${name}: ${size} bytes (${code.length} before gzip)`);
      const strays = inputs.filter((path) => path.includes('node_modules') || path.includes('dist/node'));
      if (size > budget || strays.length > 0)
        throw new Error(`${size} bytes, of a budget of ${budget}; from elsewhere: ${strays.join(', ') || 'nothing'}`);
    },
  ]),
);
