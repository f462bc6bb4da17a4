import { type Command, Option } from 'commander';
import { Digester } from '../../digest/index.ts';
import { type ByteStream, type Source, tap } from '../../stream/index.ts';
import { type EntryInit, PROFILES, type ProfileName, type Timestamp, type WriteFormat, writeProfile } from '../../tar/index.ts';
import { excludeFromTree, type Tree, tarEntries } from '../../tree/index.ts';
import { addTreeChoice, chosenTree, type TreeChoice, treeReading } from '../choice.ts';
import { destinationOf, writeTo } from '../destination.ts';
import { excludeFromTar } from '../exclude.ts';
import { formatCount } from '../format/size.ts';
import { anyGlob, append, type PathTest } from '../glob.ts';
import { addExamples, addJson, IMAGE } from '../help.ts';
import { type Input, withInput } from '../input.ts';
import { note, UsageError } from '../outcome.ts';
import { writeJson } from '../output.ts';

interface Options extends TreeChoice {
  readonly json?: boolean;
  readonly output: string;
  readonly force?: boolean;
  readonly format?: WriteFormat;
  readonly profile?: ProfileName;
  readonly exclude?: readonly string[];
}

export function define(command: Command): void {
  command
    .description(
      'Writes the tree as one tar. Of a plain tar it is that tar itself, byte for byte, decompressed; --exclude leaves the rest as it is, --format and --profile write it anew.',
    )
    .argument('<image>', IMAGE)
    .requiredOption('-o, --output <file>', 'where to write; - is standard output')
    .option('-f, --force', 'replace a file that is there')
    .option('--exclude <glob>', 'leave out what has this name, or with a / in it this path, and all below; may be repeated', append)
    .addOption(new Option('--format <dialect>', 'write this dialect').choices(['ustar', 'pax', 'gnu']))
    .addOption(new Option('--profile <name>', 'write what this kind of package wants').choices(Object.keys(PROFILES)))
    .action(write);
  addTreeChoice(command);
  addJson(command);
  addExamples(command, [
    'lading export app.tar.gz -o app.tar',
    "lading export app.tar -o - --exclude '*.pyc' | gzip > smaller.tar.gz",
    'lading export rootfs -o rootfs.tar --format pax',
  ]);
}

async function write(image: string, options: Options): Promise<void> {
  const { output, force = false, json } = options;
  if (json && output === '-') throw new UsageError('Cannot print JSON: standard output takes the tar; leave out --json, or name a file with -o');
  const destination = destinationOf(output, force);
  const isExcluded = await anyGlob(options.exclude ?? []);
  await withInput(image, treeReading(options), async (input) => {
    const stream = rawTar(input, options, isExcluded) ?? treeTar(await chosenTree(input, options), options, isExcluded);
    if (!json) return writeTo(destination, stream);
    const digester = new Digester();
    await writeTo(
      destination,
      tap(stream, (chunk) => digester.update(chunk)),
    );
    return writeJson({ path: output, size: digester.size, digest: digester.digest() });
  });
}

/** The bytes of a plain tar, where nothing asks for others. */
function rawTar(
  { archive }: Input,
  { format, profile, image, platform, at, layer }: Options,
  isExcluded: PathTest | undefined,
): ByteStream | undefined {
  if (archive.kind !== 'tar' || (format ?? profile ?? image ?? platform ?? at ?? layer) !== undefined) return undefined;
  const bytes = archive.bytes as Source; // kept, since not only a list was asked for
  return isExcluded ? excludeFromTar(archive.index, bytes, isExcluded) : bytes.stream();
}

/** Holes stay holes, but in packages: their readers need not know sparse files. */
function treeTar(tree: Tree, { format, profile }: Options, isExcluded: PathTest | undefined): ByteStream {
  const wanted = profile ? PROFILES[profile] : {};
  const dialect = format ?? wanted.format;
  const entries = tarEntries(isExcluded ? excludeFromTree(tree, isExcluded) : tree, { sparse: profile === undefined });
  const written = dialect === 'ustar' || dialect === 'gnu' ? wholeSeconds(entries, dialect) : entries;
  return writeProfile(written, wanted, dialect ? { format: dialect } : {});
}

/** A disk has nanoseconds, and two of the dialects have not: who asks for one of them is told what it costs. */
function* wholeSeconds(entries: Iterable<EntryInit>, dialect: WriteFormat): Generator<EntryInit> {
  let cut = 0;
  for (const { atime: _, ctime: __, mtime, ...entry } of entries) {
    const { seconds = 0, nanoseconds = 0 } = (mtime ?? {}) as Partial<Timestamp>;
    if (nanoseconds > 0) cut++;
    yield { ...entry, mtime: { seconds, nanoseconds: 0 } };
  }
  if (cut > 0) note(`${formatCount(cut)} ${cut === 1 ? 'time was' : 'times were'} cut to the second: ${dialect} holds no fractions`);
}
