import { fileURLToPath } from 'node:url';
import { commandLine, whereOnPath } from '../commands.mjs';
import { digestEntries, tallyEntries } from '../consume.mjs';
import { fileOf } from '../data.mjs';
import { emptyStart, memcpy } from './limits.mjs';

// Archives on disk, in the page cache: as a library, and as whole commands.
const system = fileOf('system.tar');
const PYTHON = 'import sys, tarfile\nfor member in tarfile.open(sys.argv[1]): print(member.name)';

/** What a verb holds for one file of 4 GiB, beside what it holds for one of 4 MiB. `ending` tells the archives, and `after` follows their names. */
function flat(name, title, ending, before, after = [], others = {}) {
  const command = (size) => commandLine(...before, fileOf(size + ending), ...after);
  return {
    name: `flat-memory-${name}`,
    title: `peak of a command that ${title}`,
    data: ['4-gib.tar', '4-mib.tar', `4-gib${ending}`, `4-mib${ending}`], // the images are made of the plain ones
    kind: 'command-peak',
    unit: 'MB',
    per: 1e6,
    commands: { lading: command('4-gib'), ...others },
    limit: { name: 'one of 4 MiB', command: command('4-mib') },
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
  flat('digest', 'digests a file of 4 GiB', '.tar', ['index', '--json', '--digest']),
  flat('list', 'lists an image with such a file', '.docker.tar', ['ls', '-R']),
  flat('verify', 'verifies that image', '.docker.tar', ['verify']),
  flat('cat', 'prints the file', '.docker.tar', ['cat'], ['big.bin']),
  flat('export', 'exports the image', '.docker.tar', ['export'], ['-o', '-']),
  flat('convert', 'writes the image anew', '.docker.tar', ['convert'], ['-o', '-']),
  flat('compress', 'compresses its layer', '.docker.tar', ['convert', '--compression', 'gzip'], ['-o', '-']),
  flat('gzip', 'lists a gzip of that size', '.tar.gz', ['ls'], [], {
    'node:zlib alone': zlibAlone('4-gib.tar.gz'),
    'node:zlib alone, 4 MiB': zlibAlone('4-mib.tar.gz'),
  }),
  flat('gzip-cat', 'prints the file in that gzip', '.tar.gz', ['cat'], ['big.bin']),
  {
    name: 'version',
    title: 'lading --version',
    kind: 'command',
    commands: { lading: commandLine('--version') },
    limit: emptyStart,
    budget: { times: 1.5 },
  },
];
