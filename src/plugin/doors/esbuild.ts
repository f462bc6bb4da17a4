import { type LadingOptions, unplugin } from '../factory.ts';

export type { LadingOptions, LayerRule } from '../factory.ts';

/** The plugin for esbuild: a build ends with an image. @throws {TypeError} for wrong options. */
export default function lading(options?: LadingOptions): ReturnType<ReturnType<typeof unplugin>['esbuild']> {
  return unplugin().esbuild(options);
}
