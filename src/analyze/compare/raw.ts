import type { CatalogImage } from '../../image/index.ts';
import type { ImageConfig, Json, JsonObject } from '../../oci/index.ts';
import { compareFields, type Field, type FieldDifference, type FieldValue } from './fields.ts';

/**
 * What two images are stored as: names, digests, media types, sizes, and the fields of their configurations that only Docker writes. None of it makes them
 * different images.
 */
export async function compareRaw(before: CatalogImage, after: CatalogImage): Promise<readonly FieldDifference[]> {
  return compareFields(await rawFields(before), await rawFields(after));
}

async function rawFields({ names, digest, image }: CatalogImage): Promise<Field[]> {
  const { config, layers, mediaType } = await image.manifest();
  return [
    ['names', undefined, names],
    ['manifest.digest', undefined, digest],
    ['manifest.mediaType', undefined, mediaType],
    ['config.digest', undefined, config.digest],
    ['config.mediaType', undefined, config.mediaType],
    ...layers.flatMap(({ digest: own, mediaType: type, size }, i): Field[] => [
      [`layers.${i}.digest`, undefined, own],
      [`layers.${i}.mediaType`, undefined, type],
      [`layers.${i}.size`, undefined, size],
    ]),
    ...dockerFields(await image.config()),
  ];
}

// What the specification defines is compared field by field elsewhere.
const OCI: ReadonlySet<string> = new Set(
  'created author architecture os variant os.version os.features config rootfs history User ExposedPorts Env Entrypoint Cmd Volumes WorkingDir Labels StopSignal ArgsEscaped'.split(
    ' ',
  ),
);

function* dockerFields({ json }: ImageConfig): Generator<Field> {
  for (const [name, value] of json) if (!OCI.has(name)) yield* fieldsIn(name, value);
  const config = json.get('config');
  if (config instanceof Map) for (const [name, value] of config as JsonObject) if (!OCI.has(name)) yield* fieldsIn(`config.${name}`, value);
}

/** A field, or all those in it; none of what is null or empty. */
function* fieldsIn(field: string, value: Json): Generator<Field> {
  if (value instanceof Map) for (const [name, inner] of value as JsonObject) yield* fieldsIn(`${field}.${name}`, inner);
  else if (!Array.isArray(value)) yield [field, undefined, plainValue(value as Plain)];
  else if (value.every((item) => typeof item === 'string')) yield [field, undefined, value];
  else for (const [i, item] of (value as readonly Json[]).entries()) yield* fieldsIn(`${field}.${i}`, item);
}

type Plain = null | boolean | number | bigint | string;

function plainValue(value: Plain): FieldValue | undefined {
  if (typeof value === 'bigint') return String(value);
  return value === null || value === 0 ? undefined : value;
}
