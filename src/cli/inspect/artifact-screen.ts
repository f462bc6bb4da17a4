import type { CatalogArtifact } from '../../image/index.ts';
import { formatPlatform } from '../../oci/index.ts';
import { paint } from '../format/paint.ts';
import { tableLines } from '../format/table.ts';
import { printable } from '../format/text.ts';
import { tagsOf } from './image-facts.ts';

const PLURALS: Readonly<Record<CatalogArtifact['kind'], string>> = {
  artifact: 'artifacts',
  attestation: 'attestations',
  missing: 'missing',
  faulty: 'faulty',
};

/** How many there are of each kind, as what follows the number of images. */
export function artifactCounts(artifacts: readonly CatalogArtifact[]): string {
  const kinds = [...new Set(artifacts.map(({ kind }) => kind))];
  const number = (wanted: string): number => artifacts.filter(({ kind }) => kind === wanted).length;
  return kinds.map((kind) => `, ${number(kind)} ${number(kind) === 1 ? kind : PLURALS[kind]}`).join('');
}

/** What is named beside the images, as a table: each with its name, what it is, what it is about, and why it could not be read. */
export function artifactTable(artifacts: readonly CatalogArtifact[]): Iterable<string> {
  const head = ['kind', 'name', 'type', 'about', 'problem'].map((name) => paint('dim', name));
  return tableLines([head, ...artifacts.map(artifactRow)]);
}

function artifactRow({ kind, names, descriptor, artifactType, subject, error }: CatalogArtifact): readonly string[] {
  const { digest, mediaType, platform } = descriptor;
  const name = tagsOf(names).map(printable).join(', ') || shortDigest(digest);
  return [
    kind,
    platform && kind !== 'attestation' ? `${name} (${printable(formatPlatform(platform))})` : name,
    printable(artifactType ?? mediaType),
    subject === undefined ? '-' : shortDigest(subject),
    error ? paint('red', printable(error.message)) : '-',
  ];
}

/** A digest by its first twelve digits, as `--image` takes it. */
function shortDigest(digest: string): string {
  return printable(digest).replace(/^(sha256:[0-9a-f]{12})[0-9a-f]{52}$/, '$1');
}
