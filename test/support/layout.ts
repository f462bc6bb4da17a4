import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { digestOf } from '../../src/digest/index.ts';
import {
  CONTAINERD_NAME,
  type Descriptor,
  encodeJson,
  encodeLayoutFile,
  OCI_CONFIG,
  OCI_INDEX,
  OCI_LAYER,
  OCI_MANIFEST,
  type Platform,
  REF_NAME,
  REFERENCE_DIGEST,
  REFERENCE_TYPE,
  withCompression,
} from '../../src/oci/index.ts';
import type { EntryInit } from '../../src/tar/index.ts';
import { file, Tree } from '../../src/tree/index.ts';
import { hexOf, type PlainImage } from './image.ts';
import { type Packing, pack } from './pack.ts';

export interface ImageForm {
  /** One for all layers, or one for each. */
  readonly packing?: Packing | readonly Packing[];
  readonly platform?: Platform;
  /** Media types of the manifest and configuration, and of plain layers. */
  readonly types?: { readonly manifest: string; readonly config: string; readonly layer: string };
  /** Further members of the manifest. */
  readonly changes?: object;
}

/** An OCI layout in the making: content by its digest. */
export class LayoutBuilder {
  readonly blobs: Map<string, Uint8Array> = new Map();

  put(bytes: Uint8Array, mediaType: string, more: Partial<Descriptor> = {}): Descriptor {
    const digest = digestOf(bytes);
    this.blobs.set(digest, bytes);
    return { mediaType, digest, size: bytes.length, ...more };
  }

  json(value: object, mediaType: string, more: Partial<Descriptor> = {}): Descriptor {
    return this.put(encodeJson({ schemaVersion: 2, mediaType, ...value }), mediaType, more);
  }

  image(image: PlainImage, { packing = 'none', platform, types = OCI_TYPES, changes = {} }: ImageForm = {}): Descriptor {
    const layers = image.tars.map((tar, i) => {
      const how = typeof packing === 'string' ? packing : (packing[i] ?? 'none');
      return this.put(pack(tar, how), withCompression(types.layer, how));
    });
    const config = this.put(image.config, types.config);
    return this.json({ config, layers, ...changes }, types.manifest, platform && { platform });
  }

  index(manifests: readonly Descriptor[], more: Partial<Descriptor> = {}): Descriptor {
    return this.json({ manifests }, OCI_INDEX, more);
  }

  /** What BuildKit says of an image, as a manifest beside it. */
  attestation(about: Descriptor): Descriptor {
    const config = this.put(encodeJson({ architecture: 'unknown', os: 'unknown', rootfs: { type: 'layers', diff_ids: [] } }), OCI_CONFIG);
    const statement = this.put(encodeJson({ predicateType: 'https://slsa.dev/provenance/v0.2' }), 'application/vnd.in-toto+json');
    return this.json({ config, layers: [statement] }, OCI_MANIFEST, {
      platform: { os: 'unknown', architecture: 'unknown' },
      annotations: new Map([
        [REFERENCE_TYPE, 'attestation-manifest'],
        [REFERENCE_DIGEST, about.digest],
      ]),
    });
  }

  /** The entries of `index.json` for content: one for each of its names, as containerd writes them, or one without. */
  named(descriptor: Descriptor, ...names: readonly string[]): Descriptor[] {
    if (names.length === 0) return [descriptor];
    return names.map((name) => ({
      ...descriptor,
      annotations: new Map([
        [CONTAINERD_NAME, `docker.io/library/${name}`],
        [REF_NAME, name.slice(name.lastIndexOf(':') + 1)],
      ]),
    }));
  }

  /** The files of the layout, with this `index.json`. */
  members(manifests: readonly object[]): EntryInit[] {
    return [
      { name: 'blobs/' },
      { name: 'blobs/sha256/' },
      ...[...this.blobs].map(([digest, body]): EntryInit => ({ name: `blobs/sha256/${hexOf(digest)}`, body })),
      { name: 'index.json', body: encodeJson({ schemaVersion: 2, mediaType: OCI_INDEX, manifests }) },
      { name: 'oci-layout', body: encodeLayoutFile() },
    ];
  }
}

const OCI_TYPES = { manifest: OCI_MANIFEST, config: OCI_CONFIG, layer: OCI_LAYER };

/** Files as a folder in memory. */
export function treeOf(members: readonly EntryInit[]): Tree {
  const tree = new Tree();
  for (const { name, body } of members) if (!name.endsWith('/')) tree.set(name, file(body as Uint8Array));
  return tree;
}

/** Files as a folder on the disk. */
export function writeFolder(path: string, members: readonly EntryInit[]): void {
  for (const { name, body } of members) {
    if (name.endsWith('/')) continue;
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), body as Uint8Array);
  }
}
