export { type DockerArchive, isDockerArchive, openDockerArchive } from './docker-archive.ts';
export { type ManifestEntry, parseManifestFile } from './manifest-file.ts';
export type { Disagreement } from './views.ts';
