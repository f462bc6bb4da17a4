import { type ContainerChanges, changeContainer, type Healthcheck } from '../oci/index.ts';
import { faultOf, isObject, unknownMember } from './option-faults.ts';

type Shape = (value: unknown) => string | undefined;

const object: Shape = (value) => (isObject(value) ? undefined : 'is an object, such as { NAME: "value" }');
const list: Shape = (value) => (Array.isArray(value) ? undefined : 'is a list');

// `changeContainer` takes a list for an object, since its types say which it is; a configuration is seldom checked by types.
const SHAPES: { readonly [name in keyof Required<ContainerChanges>]: Shape | undefined } = {
  entrypoint: list,
  cmd: list,
  env: object,
  user: undefined,
  workdir: undefined,
  ports: list,
  volumes: list,
  labels: object,
  stopSignal: undefined,
  healthcheck: healthcheckFault,
};

const NAMES: ReadonlySet<string> = new Set(Object.keys(SHAPES));

/** Says what is wrong with the option `container`. */
export function containerFault(container: unknown): string | undefined {
  if (!isObject(container)) return 'it is an object';
  const unknown = unknownMember(container, NAMES);
  if (unknown !== undefined) return `it has no "${unknown}", but ${[...NAMES].join(', ')}`;
  return shapeFault(container) ?? faultOf(() => changeContainer(new Map(), container));
}

function shapeFault(container: ContainerChanges): string | undefined {
  for (const [name, value] of Object.entries(container)) {
    const fault = value === undefined || value === null ? undefined : SHAPES[name as keyof ContainerChanges]?.(value);
    if (fault !== undefined) return `its ${name} ${fault}`;
  }
  return undefined;
}

const HEALTHCHECK: ReadonlySet<string> = new Set<keyof Healthcheck>(['test', 'interval', 'timeout', 'startPeriod', 'startInterval', 'retries']);

function healthcheckFault(value: unknown): string | undefined {
  if (!isObject(value)) return 'is an object, such as { test: ["CMD", "/bin/check"] }';
  const unknown = unknownMember(value, HEALTHCHECK);
  return unknown === undefined ? undefined : `has no "${unknown}", but ${[...HEALTHCHECK].join(', ')}`;
}
