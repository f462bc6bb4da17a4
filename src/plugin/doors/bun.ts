import { type LadingOptions, unplugin } from '../factory.ts';

export type { LadingOptions, LayerRule } from '../factory.ts';

/** The plugin for Bun: a build ends with an image. @throws {TypeError} for wrong options. */
export default function lading(options?: LadingOptions): ReturnType<ReturnType<typeof unplugin>['bun']> {
  return unplugin().bun(options);
}
