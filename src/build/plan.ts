import type { Image } from '../image/index.ts';
import type { ContainerChanges, LayerCompression, Platform } from '../oci/index.ts';
import type { Store } from '../store/index.ts';
import type { Tree } from '../tree/index.ts';

/** A layer to be made: a tree, and where its root comes to lie. */
export interface LayerPlan {
  readonly tree: Tree;
  /**
   * The directory that takes the tree's contents in, made where it is missing. Links on the way to it are followed inside the image, and directories that are
   * there keep what they are. Default: the root.
   */
  readonly at?: string;
  /** What the history says of the step. */
  readonly createdBy?: string;
}

/** What an image is to be. The same plan gives the same image. */
export interface BuildPlan {
  /** The image that this one stands on. Without it the image is made from nothing. */
  readonly base?: Image;
  /** Lowest first. One that changes nothing makes no layer, and a step without one in the history; but an image from nothing has one layer at the least. */
  readonly layers?: readonly LayerPlan[];
  readonly container?: ContainerChanges;
  /** What the image runs on. Default: what its base does, or `linux/amd64`. */
  readonly platform?: Platform;
  /** Annotations of the manifest. */
  readonly annotations?: Readonly<Record<string, string>>;
  readonly author?: string;
  /** When the image was made, as RFC 3339 has it. Default: 1970-01-01T00:00:00Z, for no clock is read. */
  readonly created?: string;
  /** How the layers made here are compressed; those of the base stay as they are. Default gzip. */
  readonly compression?: LayerCompression;
  readonly level?: number;
}

export interface BuildOptions {
  /**
   * Layers that were made before, under names that `buildImage` gives them. One that is there is not compressed again, and one that is made is put there.
   * A cache that fails is as good as none.
   */
  readonly cache?: Store;
  /** Ends the building; its reason is thrown. */
  readonly signal?: AbortSignal;
}
