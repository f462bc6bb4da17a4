import type { ContainerConfig, ImageConfig } from '../../oci/index.ts';
import { compareFields, type Field, type FieldDifference } from './fields.ts';
import type { CompareOptions } from './trees.ts';

/**
 * The fields of the OCI configuration that differ; those that only Docker writes do not count, nor do the diffIDs: trees are compared instead. Variables, labels, ports
 * and volumes differ one by one. The order of variables counts only where nothing else about them differs, and never to a user.
 */
export function compareConfigs(before: ImageConfig, after: ImageConfig, options: CompareOptions = {}): readonly FieldDifference[] {
  const found = compareFields(fieldsOf(before, options), fieldsOf(after, options));
  if (options.semantic || found.some(({ field }) => field === ENV)) return found;
  return [...found, ...compareFields([[ENV, undefined, before.config?.Env]], [[ENV, undefined, after.config?.Env]])];
}

const ENV = 'config.Env';

function* fieldsOf(config: ImageConfig, { ignoreTime, semantic }: CompareOptions): Generator<Field> {
  if (!ignoreTime && !semantic) yield ['created', undefined, config.created];
  if (!semantic) yield ['author', undefined, config.author];
  for (const name of ['architecture', 'os', 'variant', 'os.version', 'os.features'] as const) yield [name, undefined, config[name]];
  if (config.config) yield* containerFields(config.config);
}

function* containerFields(config: ContainerConfig): Generator<Field> {
  for (const name of ['User', 'WorkingDir', 'Entrypoint', 'Cmd', 'StopSignal', 'ArgsEscaped'] as const)
    yield [`config.${name}`, undefined, config[name]];
  for (const entry of config.Env ?? []) {
    const equals = entry.indexOf('=');
    yield equals < 0 ? [ENV, entry, ''] : [ENV, entry.slice(0, equals), entry.slice(equals + 1)];
  }
  for (const [name, value] of config.Labels ?? []) yield ['config.Labels', name, value];
  for (const name of ['ExposedPorts', 'Volumes'] as const) for (const key of config[name]?.keys() ?? []) yield [`config.${name}`, key, true];
}
