export { BLOCK, type EntryType, type Header, type SparseRun, type TarFormat, type Timestamp } from './format.ts';
export { DEFAULT_LIMITS, type Limits } from './limits.ts';
export { type EntryEvent, type ParseEvent, type ParseOptions, TarParser } from './parser.ts';
export { formatPaxTime, type PaxRecords } from './pax.ts';
export { type Entry, type ReadOptions, TarReader } from './reader.ts';
export { scanTar } from './scan.ts';
export { readTarSync, type SyncEntry } from './sync.ts';
export { TarIndex, type Trailer } from './tar-index.ts';
