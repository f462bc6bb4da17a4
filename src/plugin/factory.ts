import { createRequire } from 'node:module';
import type { UnpluginInstance, UnpluginOptions } from 'unplugin';
import { bunHooks, type PluginBuilder } from './bun.ts';
import { esbuildHooks, type PluginBuild } from './esbuild.ts';
import { farmHooks } from './farm.ts';
import { checkOptions, type LadingOptions } from './options.ts';
import { assertApart } from './places.ts';
import { rollupHooks } from './rollup.ts';
import { viteHooks } from './vite.ts';
import { type Compiler, webpackHooks } from './webpack.ts';

export type { LayerRule } from './layer-rule.ts';
export type { LadingOptions } from './options.ts';

const name = 'lading';

/** One plugin for every bundler. What each tells of the files it wrote is so different that each has hooks of its own. */
function pluginsFor(framework: string, given: LadingOptions | undefined): UnpluginOptions[] {
  const options = checkOptions(given);
  assertApart(options, process.cwd());
  if (framework === 'vite') return viteHooks(options).map((vite, i) => ({ name: i === 0 ? `${name}:start` : name, vite }));
  const hooks = rollupHooks(options);
  return [
    {
      name,
      rollup: hooks as never,
      rolldown: hooks as never,
      webpack: (compiler) => webpackHooks(compiler as unknown as Compiler, options),
      rspack: (compiler) => webpackHooks(compiler as unknown as Compiler, options),
      esbuild: { setup: (build) => esbuildHooks(build as unknown as PluginBuild, options) },
      bun: { setup: (build) => bunHooks(build as unknown as PluginBuilder, options) },
      farm: farmHooks(options) as never,
    },
  ];
}

/** What a door hands on: made when it is asked for, since unplugin is there only where a bundler is used. */
type Plugins = UnpluginInstance<LadingOptions | undefined, boolean>;

let plugins: Plugins | undefined;

/** @throws {Error} which says what to install. */
export function unplugin(): Plugins {
  plugins ??= load().createUnplugin<LadingOptions | undefined, boolean>((options, { framework }) => pluginsFor(framework, options));
  return plugins;
}

function load(): typeof import('unplugin') {
  try {
    return createRequire(import.meta.url)('unplugin') as typeof import('unplugin');
  } catch (cause) {
    throw new Error(
      'Cannot use lading in a bundler: it needs the package unplugin, which is not installed; install it with: npm install --save-dev unplugin',
      { cause },
    );
  }
}
