import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

// What a web page loads: bundled and minified by esbuild, and gzipped.
const root = fileURLToPath(new URL('../', import.meta.url));

function sizing(sources) {
  return async (name) => {
    const stdin = { contents: sources[name], resolveDir: root };
    const { outputFiles } = await build({ stdin, bundle: true, minify: true, format: 'esm', platform: 'node', write: false, logLevel: 'error' });
    return gzipSync(outputFiles[0].contents, { level: 9 }).length;
  };
}

const lading = fileURLToPath(new URL('../../dist/tar/index.js', import.meta.url));
const reader = {
  lading: `export { readTarSync } from '${lading}'`,
  nanotar: "export { parseTar } from 'nanotar'",
  'modern-tar': "export { unpackTar } from 'modern-tar'",
};
const all = {
  lading: `export * from '${lading}'`,
  nanotar: "export * from 'nanotar'",
  'modern-tar': "export * from 'modern-tar'",
  'tar-stream': "export { default } from 'tar-stream'",
  tar: "export * from 'tar'",
};

function sizeOf(name, title, sources, most) {
  return { name, title, kind: 'size', unit: 'bytes', peers: Object.keys(sources).slice(1), size: sizing(sources), budget: { most } };
}

export default [
  sizeOf('size-reader', 'a reader, minified and gzipped', reader, 6 * 1024),
  sizeOf('size', 'all of lading/tar, minified and gzipped', all, 15 * 1024),
];
