import { type Command, InvalidArgumentError } from 'commander';
import { editImage, type ImageEdits, type PathEdit } from '../../image/index.ts';
import type { ContainerChanges } from '../../oci/index.ts';
import { addChangeOptions, type ChangeVerbOptions, writeChanged } from '../change/write-changed.ts';
import { addContainerOptions, type ContainerOptions, collect, collectPair, containerChanges } from '../container-options.ts';
import { addExamples, IMAGE } from '../help.ts';
import { UsageError } from '../outcome.ts';

interface Replacement {
  readonly source: string;
  readonly path: string;
}

interface Options extends ChangeVerbOptions, ContainerOptions {
  readonly remove?: readonly string[];
  readonly replace?: readonly Replacement[];
  readonly chmod?: readonly PathEdit[];
  readonly chown?: readonly PathEdit[];
  readonly unsetEnv?: readonly string[];
  readonly unsetLabel?: readonly string[];
  readonly annotation?: Readonly<Record<string, string>>;
}

export function define(command: Command): void {
  command
    .description(
      'Changes paths of an image in the layers that hold them, so that nothing holds the old bytes any more, and how its containers start. Layers in which nothing changes stay byte for byte, and so do all other entries of those in which something does.',
    )
    .argument('<image>', IMAGE)
    .option('--remove <path>', 'take a path out of every layer, with all below it; may be repeated, as all below', collect)
    .option('--replace <src:path>', 'give a file the content of a file on the disk', replacement)
    .option('--chmod <mode:path>', 'change permissions, such as 755:usr/bin/tool', chmod)
    .option('--chown <uid:gid:path>', 'change the owner and group, by numbers', chown)
    .option('--unset-env <name>', 'take a variable out of the environment', collect)
    .option('--unset-label <name>', 'take a label away', collect)
    .option('--annotation <name=value>', 'an annotation of the manifest', collectPair)
    .action(edit);
  addContainerOptions(command);
  addChangeOptions(command, 'the layers that are written anew, as they were by default');
  addExamples(command, [
    'lading edit app.tar --remove root/.npmrc --unset-env NPM_TOKEN -o clean.tar',
    'lading edit app.tar --replace app.conf:etc/app.conf --chmod 640:etc/app.conf -o oci:layout:configured',
    'lading edit app.tar --env NODE_ENV=production --label version=1.2 -o app-1.2.tar',
  ]);
}

async function edit(image: string, options: Options): Promise<void> {
  const edits = await editsFrom(options);
  if (Object.keys(edits).length === 0) throw new UsageError('Cannot edit: nothing is to change; see `lading edit --help`');
  await writeChanged(image, options, (old, store, change) => editImage(old, edits, store, change));
}

async function editsFrom(options: Options): Promise<ImageEdits> {
  const { remove = [], chmod = [], chown = [], replace = [], annotation: annotations } = options;
  const removed = remove.map((path): PathEdit => ({ op: 'remove', path }));
  const paths = [...removed, ...(await replacements(replace)), ...chmod, ...chown];
  const container = {
    ...containerChanges(options),
    ...unset('env', options.env, options.unsetEnv),
    ...unset('labels', options.label, options.unsetLabel),
  };
  return { ...(paths.length > 0 && { paths }), ...(Object.keys(container).length > 0 && { container }), ...(annotations && { annotations }) };
}

function unset(name: 'env' | 'labels', set: Readonly<Record<string, string>> = {}, names: readonly string[] = []): ContainerChanges {
  return names.length > 0 ? { [name]: { ...set, ...Object.fromEntries(names.map((each) => [each, null])) } } : {};
}

async function replacements(replace: readonly Replacement[]): Promise<readonly PathEdit[]> {
  if (replace.length === 0) return [];
  const { openFile } = await import('../../node/index.ts');
  return Promise.all(replace.map(async ({ source, path }): Promise<PathEdit> => ({ op: 'replace', path, body: await openFile(source) })));
}

function replacement(text: string, done: readonly Replacement[] = []): readonly Replacement[] {
  const colon = text.lastIndexOf(':');
  if (colon < 1 || colon === text.length - 1) throw new InvalidArgumentError('It must be SRC:PATH, a file on the disk and a path in the image.');
  return [...done, { source: text.slice(0, colon), path: text.slice(colon + 1) }];
}

function chmod(text: string, done: readonly PathEdit[] = []): readonly PathEdit[] {
  const [, mode, path] = /^([0-7]{3,4}):(.+)$/s.exec(text) ?? [];
  if (mode === undefined || path === undefined) throw new InvalidArgumentError('It must be MODE:PATH, and MODE is octal, such as 0644.');
  return [...done, { op: 'chmod', path, mode: Number.parseInt(mode, 8) }];
}

function chown(text: string, done: readonly PathEdit[] = []): readonly PathEdit[] {
  const [, uid, gid, path] = /^(\d{1,10}):(\d{1,10}):(.+)$/s.exec(text) ?? [];
  if (path === undefined) throw new InvalidArgumentError('It must be UID:GID:PATH, and both are numbers.');
  return [...done, { op: 'chown', path, uid: Number(uid), gid: Number(gid) }];
}
