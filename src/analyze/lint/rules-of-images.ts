import type { LintRule } from './rule.ts';

export type ImageCode =
  | 'too-many-layers'
  | 'missing-history'
  | 'history-mismatch'
  | 'media-type-mismatch'
  | 'mixed-media-types'
  | 'undefined-media-type'
  | 'unknown-layer-type';

/** What the documents of an image say of it. */
export const IMAGE_RULES: Readonly<Record<ImageCode, LintRule>> = {
  'too-many-layers': {
    severity: 'error',
    summary: 'the image has more layers than engines take',
    engines: [
      { engine: 'Docker', does: 'refuses more than 125 layers' },
      { engine: 'overlay drivers with a limit of their own', does: 'refuse more than 127 or 128' },
    ],
    advice: 'Put layers together, such as by joining RUN instructions or by building in several stages.',
  },
  'missing-history': {
    severity: 'info',
    summary: 'the image has no history',
    engines: [{ engine: 'every engine', does: 'runs the image; none can tell which instruction made a layer' }],
    advice: 'Build with a tool that writes history.',
  },
  'history-mismatch': {
    severity: 'warning',
    summary: 'the history tells of another number of layers than the image has',
    engines: [{ engine: 'every engine', does: 'runs the image; tools that set history beside layers show the wrong instruction, or fail' }],
    advice: 'Build with a tool that writes one step for each layer, and marks the others as empty_layer.',
  },
  'media-type-mismatch': {
    severity: 'error',
    summary: 'the media type of a layer says another compression than its bytes',
    engines: [
      { engine: 'umoci', does: 'refuses the layer' },
      { engine: 'skopeo', does: 'copies the layer as it is' },
    ],
    advice: 'Write the media type that the bytes have, or compress the layer as it says.',
  },
  'mixed-media-types': {
    severity: 'warning',
    summary: 'a manifest of one specification, OCI or Docker, names content by a media type of the other',
    engines: [{ engine: 'registries and engines', does: 'differ: some refuse such a manifest, others take it' }],
    advice: 'Convert the image as a whole, so that manifest, configuration and layers are of one specification.',
  },
  'undefined-media-type': {
    severity: 'warning',
    summary: 'a layer has a media type that Docker uses and no specification defines',
    engines: [
      { engine: 'BuildKit', does: 'writes it for zstd in a Docker image' },
      { engine: 'engines that go by the specification', does: 'do not know the layer' },
    ],
    advice: 'Use OCI media types for layers with zstd.',
  },
  'unknown-layer-type': {
    severity: 'warning',
    summary: 'a layer has a media type that is none of a file system layer',
    engines: [{ engine: 'engines', does: 'refuse the image, or leave the layer out' }],
    advice: 'Give file system layers a media type of the specification; keep other content in an artifact beside the image.',
  },
};
