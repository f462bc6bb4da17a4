import { type Command, InvalidArgumentError } from 'commander';
import { type ContainerChanges, changeContainer, type Healthcheck } from '../oci/index.ts';
import { UsageError } from './outcome.ts';

/** What a command line says of how containers of the image start. */
export interface ContainerOptions {
  readonly entrypoint?: readonly string[];
  readonly cmd?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly user?: string;
  readonly workdir?: string;
  readonly expose?: readonly string[];
  readonly volume?: readonly string[];
  readonly label?: Readonly<Record<string, string>>;
  readonly stopSignal?: string;
  readonly healthcheck?: Healthcheck;
}

/** The options that say how containers of an image start. */
export function addContainerOptions(command: Command): Command {
  return command
    .option('--entrypoint <json>', 'the program and its first arguments, as a JSON array', parseWords)
    .option('--cmd <json>', 'what comes behind the entrypoint unless a container is given something else, as a JSON array', parseWords)
    .option('--env <name=value>', 'an environment variable; may be repeated', collectPair)
    .option('--user <user>', 'who it runs as: a name or number, with a group behind a colon')
    .option('--workdir <path>', 'the directory it starts in')
    .option('--expose <port>', 'a port that it listens on, such as 8080 or 53/udp; may be repeated', collect)
    .option('--volume <path>', 'a directory that is kept apart; may be repeated', collect)
    .option('--label <name=value>', 'a label; may be repeated', collectPair)
    .option('--stop-signal <signal>', 'what asks it to stop, such as SIGTERM')
    .option('--healthcheck <json>', 'how an engine sees that it is well: {"test":["CMD","/check"],"interval":30}', parseObject);
}

/** What each option changes. */
const CHANGES = {
  entrypoint: 'entrypoint',
  cmd: 'cmd',
  env: 'env',
  user: 'user',
  workdir: 'workdir',
  expose: 'ports',
  volume: 'volumes',
  label: 'labels',
  stopSignal: 'stopSignal',
  healthcheck: 'healthcheck',
} as const satisfies { readonly [option in keyof ContainerOptions]-?: keyof ContainerChanges };

/** The changes that the options ask for. @throws {UsageError} which names the option that cannot be. */
export function containerChanges(options: ContainerOptions): ContainerChanges {
  const given = (Object.keys(CHANGES) as (keyof ContainerOptions)[]).filter((option) => options[option] !== undefined);
  return Object.assign({}, ...given.map((option) => changeOf(option, options[option])));
}

function changeOf(option: keyof ContainerOptions, value: unknown): ContainerChanges {
  const change = CHANGES[option];
  try {
    changeContainer(new Map(), { [change]: value });
  } catch (error) {
    throw error instanceof TypeError ? new UsageError(error.message.replace(change, flagOf(option))) : error;
  }
  return { [change]: value };
}

function flagOf(option: string): string {
  return `--${option.replace(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`)}`;
}

/** For `Option.argParser` of an option that may be repeated. */
export function collect(value: string, values: readonly string[] = []): readonly string[] {
  return [...values, value];
}

/** The same for NAME=VALUE. */
export function collectPair(text: string, pairs: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  const equals = text.indexOf('=');
  if (equals < 1) throw new InvalidArgumentError('It must be NAME=VALUE.');
  return { ...pairs, [text.slice(0, equals)]: text.slice(equals + 1) };
}

function parseWords(text: string): readonly string[] {
  const words = parseJson(text);
  if (!Array.isArray(words) || !words.every((word) => typeof word === 'string')) throw notJson('["node","main.js"]');
  return words;
}

function parseObject(text: string): Healthcheck {
  const value = parseJson(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw notJson('{"test":["CMD","/check"]}');
  return value as Healthcheck;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function notJson(example: string): InvalidArgumentError {
  return new InvalidArgumentError(`It must be JSON such as ${example}.`);
}
