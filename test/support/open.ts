import { type Finding, verify } from '../../src/analyze/index.ts';
import { LadingError } from '../../src/errors.ts';
import type { Image } from '../../src/image/index.ts';
import { type ImageArchive, type OpenOptions, open } from '../../src/open.ts';
import { collect } from '../../src/stream/index.ts';
import type { EntryInit } from '../../src/tar/index.ts';
import type { Node, Tree } from '../../src/tree/index.ts';
import { classic } from './docker.ts';
import { plainImage } from './image.ts';
import { tarOf } from './pack.ts';

/** Opens members as an archive of images. */
export async function openMembers(members: readonly EntryInit[], options?: OpenOptions): Promise<ImageArchive> {
  return imagesOf(await open(await tarOf(members), options));
}

export function imagesOf(archive: { readonly kind: string }): ImageArchive {
  if (archive.kind === 'tar' || archive.kind === 'folder') throw new Error(`it is a ${archive.kind}`);
  return archive as ImageArchive;
}

export const pathsOf = (tree: Tree): string[] => [...tree.walk()].map(({ path }) => path);

export async function textOf(node: Node | undefined): Promise<string> {
  if (node?.type !== 'file') throw new Error(`it is ${node?.type ?? 'missing'}`);
  return new TextDecoder().decode(await collect(node.body.stream()));
}

/** Each name on a line: `dir/`, `file = content`, `link -> target`. */
export async function linesOf(tree: Tree): Promise<string[]> {
  const lines: string[] = [];
  for (const { path, node } of tree.walk()) {
    if (node.type === 'file') lines.push(`${path} = ${await textOf(node)}`);
    else lines.push(node.type === 'directory' ? `${path}/` : node.type === 'symlink' ? `${path} -> ${node.target}` : `${path} ${node.type}`);
  }
  return lines;
}

export async function diffIdsOf(image: Image): Promise<(string | undefined)[]> {
  return (await image.layers()).map(({ diffId }) => diffId);
}

export async function findingsOf(archive: ImageArchive): Promise<Finding[]> {
  const findings: Finding[] = [];
  for await (const finding of verify(archive)) findings.push(finding);
  return findings;
}

/** The codes of what is wrong, each once; opening may fail too. */
export async function errorsOf(act: () => Promise<ImageArchive>): Promise<string[]> {
  try {
    const findings = await findingsOf(await act());
    return [...new Set(findings.filter(({ severity }) => severity === 'error').map(({ code }) => code))];
  } catch (error) {
    if (error instanceof LadingError) return [error.code];
    throw error;
  }
}

/** The error that a call ends with. */
export async function failureOf(act: () => Promise<unknown>): Promise<LadingError> {
  try {
    await act();
  } catch (error) {
    if (error instanceof LadingError) return error;
    throw error;
  }
  throw new Error('nothing failed');
}

/** An image of layers with these entries, lowest first, read out of an archive. */
export async function imageWith(layers: readonly (readonly EntryInit[])[], options?: OpenOptions): Promise<Image> {
  return (await openMembers(classic({ image: await plainImage(layers), tags: null }), options)).image();
}
