import { formatPlatform } from '../../oci/index.ts';
import type { ImageArchive } from '../../open.ts';
import { instructionText } from '../format/instruction.ts';
import { paint } from '../format/paint.ts';
import { formatCount, formatSize } from '../format/size.ts';
import { tableLines } from '../format/table.ts';
import { printable } from '../format/text.ts';
import { artifactCounts, artifactTable } from './artifact-screen.ts';
import type { ImageFacts, LayerFacts } from './image-facts.ts';

/** What `inspect` shows of an archive of images: each image with its configuration and layers, then what else it names. */
export function* imageScreen(archive: ImageArchive, images: readonly ImageFacts[]): Generator<string> {
  const form = archive.oci && archive.kind === 'docker-archive' ? `${archive.kind} and OCI layout` : archive.kind;
  yield `${paint('bold', form)}${archive.compression ? `, ${archive.compression}` : ''}, ${count(images.length, 'image')}${artifactCounts(archive.artifacts)}\n`;
  for (const image of images) {
    yield '\n';
    yield* oneImage(image);
  }
  if (archive.artifacts.length === 0) return;
  yield '\n';
  yield* artifactTable(archive.artifacts);
}

function* oneImage(image: ImageFacts): Generator<string> {
  const title = image.tags.map(printable).join(', ') || '(no tag)';
  yield `${paint('bold', title)}  ${image.platform ? printable(formatPlatform(image.platform)) : ''}\n`;
  yield* tableLines(settings(image).map(([name, value]) => [`  ${paint('dim', name)}`, value]));
  yield '\n';
  yield* layerTable(image.layers);
  if (image.problem) yield `  ${paint('red', 'not whole')}  ${printable(image.problem)}\n`;
}

function settings({ digest, imageId, config }: ImageFacts): readonly (readonly [string, string])[] {
  const { config: container = {}, created } = (config ?? {}) as { config?: Record<string, unknown>; created?: string };
  const values: readonly (readonly [string, unknown])[] = [
    ['manifest', digest],
    ['image ID', imageId],
    ['created', created],
    ['entrypoint', container.Entrypoint],
    ['cmd', container.Cmd],
    ['user', container.User],
    ['workdir', container.WorkingDir],
    ['ports', names(container.ExposedPorts)],
    ['volumes', names(container.Volumes)],
    ['env', list(container.Env)],
    ['labels', pairs(container.Labels)],
  ];
  return values.flatMap(([name, value]) => (value ? [[name, printable(typeof value === 'string' ? value : JSON.stringify(value))] as const] : []));
}

function names(value: unknown): string | undefined {
  return value && typeof value === 'object' ? Object.keys(value).join(' ') : undefined;
}

function list(value: unknown): string | undefined {
  return Array.isArray(value) ? value.join('  ') : undefined;
}

function pairs(value: unknown): string | undefined {
  return value && typeof value === 'object'
    ? Object.entries(value)
        .map(([key, text]) => `${key}=${text}`)
        .join('  ')
    : undefined;
}

/** The layers as a table with their sum. What is not known is `?`. */
export function* layerTable(layers: readonly LayerFacts[]): Generator<string> {
  const rows = layers.map(({ size, unpackedSize, files, hidden, createdBy }, position) => [
    String(position),
    formatSize(size),
    known(unpackedSize, formatSize),
    known(files, formatCount),
    hidden ? paint('yellow', formatSize(hidden)) : known(hidden, sizeOrNone),
    instructionText(createdBy),
  ]);
  const sum = (key: 'size' | 'unpackedSize' | 'files' | 'hidden'): number | undefined =>
    layers.reduce<number | undefined>((total, { [key]: value }) => (total === undefined || value === undefined ? undefined : total + value), 0);
  const total = ['', known(sum('size'), sizeOrNone), known(sum('unpackedSize'), sizeOrNone), known(sum('files'), formatCount)];
  const head = ['layer', 'size', 'unpacked', 'files', 'hidden', 'instruction'].map((name) => paint('dim', name));
  const foot = [...total, known(sum('hidden'), sizeOrNone), ''].map((cell) => paint('bold', cell));
  yield* tableLines([head, ...rows, foot], [0, 1, 2, 3, 4]);
}

function known(value: number | undefined, format: (value: number) => string): string {
  return value === undefined ? '?' : format(value);
}

function sizeOrNone(bytes: number): string {
  return bytes === 0 ? '-' : formatSize(bytes);
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
