/** How each bundler builds the server of the tests. */
export interface Bundler {
  readonly name: string;
  /** The text of `build.mjs`; `OPTIONS` stands for the options of the plugin. */
  readonly script: string;
}

export const BUNDLERS: readonly Bundler[] = [
  {
    name: 'rollup',
    script: `
import { rollup } from 'rollup';
import lading from 'lading/rollup';
const build = await rollup({ input: 'src/main.js', external: ['greet', 'words'], plugins: [lading(OPTIONS)] });
await build.write({ dir: 'dist', format: 'es', sourcemap: true });
await build.close();
`,
  },
  {
    name: 'rolldown',
    script: `
import { rolldown } from 'rolldown';
import lading from 'lading/rolldown';
const build = await rolldown({ input: 'src/main.js', external: ['greet', 'words'], plugins: [lading(OPTIONS)] });
await build.write({ dir: 'dist', format: 'es', sourcemap: true });
await build.close();
`,
  },
  {
    name: 'vite',
    script: `
import { build } from 'vite';
import lading from 'lading/vite';
await build({ configFile: false, build: { ssr: 'src/main.js', sourcemap: true }, plugins: [lading(OPTIONS)] });
`,
  },
  {
    name: 'webpack',
    script: `
import webpack from 'webpack';
import lading from 'lading/webpack';
const compiler = webpack({
  mode: 'production', target: 'node', devtool: 'source-map', entry: './src/main.js',
  externals: { greet: 'module greet', words: 'module words' }, experiments: { outputModule: true },
  output: { module: true, filename: 'main.js', clean: true }, plugins: [lading(OPTIONS)],
  infrastructureLogging: { level: 'info' },
});
compiler.run((error, stats) => {
  if (stats?.hasWarnings()) console.error(stats.toString({ all: false, warnings: true }));
  if (error || stats.hasErrors()) { console.error(error ?? stats.toString()); process.exitCode = 1; }
  compiler.close(() => {});
});
`,
  },
  {
    name: 'rspack',
    script: `
import { rspack } from '@rspack/core';
import lading from 'lading/rspack';
const compiler = rspack({
  mode: 'production', target: 'node', devtool: 'source-map', entry: './src/main.js',
  externals: { greet: 'module greet', words: 'module words' }, experiments: { outputModule: true },
  output: { module: true, filename: 'main.js', clean: true }, plugins: [lading(OPTIONS)],
  infrastructureLogging: { level: 'info' },
});
compiler.run((error, stats) => {
  if (stats?.hasWarnings()) console.error(stats.toString({ all: false, warnings: true }));
  if (error || stats.hasErrors()) { console.error(error ?? stats.toString()); process.exitCode = 1; }
  compiler.close(() => {});
});
`,
  },
  {
    name: 'esbuild',
    script: `
import { build } from 'esbuild';
import lading from 'lading/esbuild';
await build({
  entryPoints: ['src/main.js'], bundle: true, splitting: true, platform: 'node', format: 'esm', outdir: 'dist', sourcemap: true,
  external: ['greet', 'words'], plugins: [lading(OPTIONS)], logLevel: 'info',
});
`,
  },
  {
    name: 'bun',
    script: `
import lading from 'lading/bun';
const { success } = await Bun.build({
  entrypoints: ['src/main.js'], target: 'node', outdir: 'dist', splitting: true, sourcemap: 'external', external: ['greet', 'words'], plugins: [lading(OPTIONS)],
});
if (!success) process.exitCode = 1;
`,
  },
];
