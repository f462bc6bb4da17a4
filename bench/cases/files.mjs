import { fileURLToPath } from 'node:url';
import { commandLine, inFolder, whereOnPath } from '../commands.mjs';
import { digestEntries, tallyEntries } from '../consume.mjs';
import { fileOf } from '../data.mjs';
import { emptyStart, memcpy } from './limits.mjs';

// Archives on disk, in the page cache: as a library, and as whole commands.
const system = fileOf('system.tar');
const PYTHON = 'import sys, tarfile\nfor member in tarfile.open(sys.argv[1]): print(member.name)';

/** What a command holds for one file of 4 GiB, beside what it holds for one of 4 MiB. `ending` tells the archives. */
function flat(name, title, ending, command, others = {}) {
  const [small, large] = ['4-mib', '4-gib'].map((size) => size + ending);
  return {
    name: `flat-memory-${name}`,
    title: `peak of a command that ${title}`,
    data: ['4-gib.tar', '4-mib.tar', '4-gib.tar.gz', '4-mib.tar.gz', large, small], // the images are made of the others
    kind: 'command-peak',
    unit: 'MB',
    per: 1e6,
    commands: { lading: command(fileOf(large)), ...others },
    limit: { name: 'one of 4 MiB', command: command(fileOf(small)) },
    budget: { times: 1.1 },
  };
}

const zlibAlone = (file) => [process.execPath, fileURLToPath(new URL('../gunzip-file.mjs', import.meta.url)), fileOf(file)];

export default [
  {
    name: 'scan',
    title: 'scan an archive of 170 MB on disk, 8,743 entries',
    data: ['system.tar'],
    input: () => system,
    op: 'scan',
    peers: ['tar', 'tar-stream', 'modern-tar'],
    tally: tallyEntries,
    digest: digestEntries,
    limit: memcpy,
    budget: { times: 1.8 },
  },
  {
    name: 'scan-command',
    title: 'the same as a whole command',
    data: ['system.tar'],
    kind: 'command',
    commands: {
      lading: commandLine('ls', '-R', system),
      ...whereOnPath({
        'GNU tar': ['tar', '-tf', system],
        bsdtar: ['bsdtar', '-tf', system],
        'Python tarfile': ['python3', '-c', PYTHON, system],
      }),
    },
    countLines: true,
    limit: emptyStart,
    budget: { peers: 1 },
  },
  flat('digest', 'digests a file of 4 GiB', '.tar', (file) => commandLine('index', '--json', '--digest', file)),
  flat('list', 'lists an image with such a file', '.docker.tar', (file) => commandLine('ls', '-R', file)),
  flat('verify', 'verifies that image', '.docker.tar', (file) => commandLine('verify', file)),
  flat('cat', 'prints the file', '.docker.tar', (file) => commandLine('cat', file, 'big.bin')),
  flat('export', 'exports the image', '.docker.tar', (file) => commandLine('export', file, '-o', '-')),
  flat('convert', 'writes the image anew', '.docker.tar', (file) => commandLine('convert', file, '-o', '-')),
  flat('compress', 'compresses its layer', '.docker.tar', (file) => commandLine('convert', file, '--compression', 'gzip', '-o', '-')),
  flat('gzip', 'lists a gzip of that size', '.tar.gz', (file) => commandLine('ls', file), {
    'node:zlib alone': zlibAlone('4-gib.tar.gz'),
    'node:zlib alone, 4 MiB': zlibAlone('4-mib.tar.gz'),
  }),
  flat('gzip-cat', 'prints the file in that gzip', '.tar.gz', (file) => commandLine('cat', file, 'big.bin')),
  flat('gzip-extract', 'extracts an image whose layer is that gzip', '.gzip.docker.tar', (file) =>
    inFolder('"$@" "$d"', ...commandLine('extract', file)),
  ),
  flat('gzip-export', 'exports it to a file', '.gzip.docker.tar', (file) => inFolder('"$@" -o "$d/o"', ...commandLine('export', file))),
  flat('gzip-convert', 'unpacks its layer', '.gzip.docker.tar', (file) =>
    inFolder('"$@" "oci:$d/o"', ...commandLine('convert', '--compression', 'none', file)),
  ),
  {
    name: 'version',
    title: 'lading --version',
    kind: 'command',
    commands: { lading: commandLine('--version') },
    limit: emptyStart,
    budget: { times: 1.5 },
  },
];
