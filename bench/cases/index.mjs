import archives from './archives.mjs';
import files from './files.mjs';
import { imageCases } from './images.mjs';
import seams from './seams.mjs';
import size from './size.mjs';
import trees from './trees.mjs';
import writing from './writing.mjs';

/** Every case, in the order of the report. Those of images need the folder that holds them. */
export function loadCases({ images } = {}) {
  return [...archives, ...writing, ...trees, ...files, ...(images ? imageCases(images) : []), ...seams, ...size];
}
