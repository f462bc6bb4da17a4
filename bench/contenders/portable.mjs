import { zlib } from '../../dist/compress/portable.js';
import { createHasher } from '../../dist/digest/portable.js';
import { seams } from '../seams.mjs';

// What browsers use where Node has something of its own.
export const { deflate, gunzip, sha256 } = seams(zlib, createHasher);
