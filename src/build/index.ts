export { type BuiltImage, buildImage, imageFromTree } from './build-image.ts';
export { type BuiltImages, buildImages, buildIndex } from './build-index.ts';
export type { MadeLayer } from './layer-cache.ts';
export type { BuildOptions, BuildPlan, LayerPlan } from './plan.ts';
export { type UniformOptions, uniformTree } from './uniform.ts';
