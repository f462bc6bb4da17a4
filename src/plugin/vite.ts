import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { addBundle, type Bundle, type Channel } from './bundle.ts';
import type { LadingOptions } from './options.ts';
import { packImage } from './pack.ts';
import { bundleOf, type Context, type Place, type Written } from './rollup.ts';

interface Logger {
  info(message: string): void;
  warn(message: string): void;
}

interface ResolvedConfig {
  readonly root: string;
  readonly publicDir: string;
  readonly logger: Logger;
  readonly build: { readonly watch: unknown };
}

interface Environment {
  readonly name: string;
  readonly config: { readonly consumer: 'client' | 'server'; readonly build: { readonly copyPublicDir: boolean } };
}

interface Builder {
  readonly environments: Readonly<Record<string, { readonly isBuilt: boolean }>>;
  build(environment: unknown): Promise<unknown>;
}

interface UserConfig {
  readonly environments?: Readonly<Record<string, unknown>>;
  readonly builder?: unknown;
  readonly build?: { readonly ssr?: unknown };
}

/**
 * The two plugins that Vite gets: one that notices that a whole application is being built, and one that packs it. Each environment of a build (client, server, …)
 * writes a bundle, and together they make one image.
 */
export function viteHooks(options: LadingOptions): readonly [object, object] {
  const bundles = new Map<string, Bundle>();
  let config: ResolvedConfig;
  let isWhole = false;
  const channel = (): Channel => ({
    warn: (message) => config.logger.warn(`lading: ${message}`),
    info: (message) => config.logger.info(`lading: ${message}`),
  });
  const pack = (): Promise<unknown> => packImage([...bundles.values()], options, config.root, channel());
  const shared = { apply: 'build', enforce: 'post', sharedDuringBuild: true };
  const starter = {
    ...shared,
    buildApp: {
      order: 'pre',
      async handler(): Promise<void> {
        isWhole = true;
      },
    },
  };
  const packer = {
    ...shared,
    config: allEnvironments,
    configResolved(resolved: ResolvedConfig): void {
      config = resolved;
    },
    writeBundle(this: Context & { readonly environment: Environment }, output: Place, written: Written): void {
      if (config.build.watch || this.meta.watchMode) return;
      const runs = this.environment.config.consumer === 'server' ? 'server' : undefined;
      addBundle(bundles, withPublicFiles(bundleOf(output, written, runs), this.environment, config.publicDir));
    },
    renderError: () => bundles.clear(),
    async closeBundle(): Promise<void> {
      if (!isWhole && bundles.size > 0) await pack();
    },
    buildApp: {
      order: 'post',
      // Where nobody has built anything Vite builds all of it, but after all hooks, which is too late for one that wants to see it built.
      async handler(builder: Builder): Promise<void> {
        const environments = Object.values(builder.environments);
        if (!environments.some(({ isBuilt }) => isBuilt)) for (const environment of environments) await builder.build(environment);
        if (bundles.size > 0) await pack();
      },
    },
  };
  return [starter, packer];
}

/** With more environments than the client's, `vite build` is to build all of them, also where nobody asked for the builder; `--ssr` asks for the server alone. */
function allEnvironments({ environments = {}, builder, build }: UserConfig): UserConfig | undefined {
  const isSeveral = Object.keys(environments).some((name) => name !== 'client');
  return builder === undefined && !build?.ssr && isSeveral ? { builder: {} } : undefined;
}

/** Vite copies the public folder beside the bundle and does not list it. A server hands out the client's copy. */
function withPublicFiles(bundle: Bundle, { config }: Environment, publicDir: string): Bundle {
  if (!config.build.copyPublicDir || config.consumer !== 'client' || publicDir === '' || !existsSync(publicDir)) return bundle;
  const isFile = (name: string): boolean => statSync(join(bundle.directory, name), { throwIfNoEntry: false })?.isFile() ?? false;
  const copied = readdirSync(publicDir, { recursive: true, encoding: 'utf8' }).filter(isFile);
  return { ...bundle, files: [...new Set([...bundle.files, ...copied])] };
}
