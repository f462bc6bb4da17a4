export { type DockerArchive, isDockerArchive, openDockerArchive } from './docker-archive.ts';
export { type ManifestEntry, parseManifestFile } from './manifest-file.ts';
export { dockerTag } from './tagged-image.ts';
export type { Disagreement } from './views.ts';
export { type DockerArchiveOptions, writeDockerArchive } from './write-archive.ts';
