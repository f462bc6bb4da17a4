import { commandLine, whereOnPath } from '../commands.mjs';
import { digestEntries, tallyEntries } from '../consume.mjs';
import { fileOf } from '../data.mjs';
import { emptyStart, memcpy } from './limits.mjs';

// Archives on disk, in the page cache: as a library, and as whole commands.
const system = fileOf('system.tar');
const PYTHON = 'import sys, tarfile\nfor member in tarfile.open(sys.argv[1]): print(member.name)';
const digests = (file) => commandLine('index', '--json', '--digest', fileOf(file));

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
  {
    name: 'flat-memory',
    title: 'peak of a command that digests a file of 4 GiB',
    data: ['4-gib.tar', '4-mib.tar'],
    kind: 'command-peak',
    unit: 'MB',
    per: 1e6,
    commands: { lading: digests('4-gib.tar') },
    limit: { name: 'one of 4 MiB', command: digests('4-mib.tar') },
    budget: { times: 1.1 },
  },
  {
    name: 'flat-memory-gzip',
    title: 'peak of a command that lists a gzip of that size',
    data: ['4-gib.tar.gz', '4-mib.tar.gz'],
    kind: 'command-peak',
    unit: 'MB',
    per: 1e6,
    commands: { lading: commandLine('ls', fileOf('4-gib.tar.gz')) },
    limit: { name: 'one of 4 MiB', command: commandLine('ls', fileOf('4-mib.tar.gz')) },
    budget: { times: 1.1 },
  },
  {
    name: 'version',
    title: 'lading --version',
    kind: 'command',
    commands: { lading: commandLine('--version') },
    limit: emptyStart,
    budget: { times: 1.5 },
  },
];
