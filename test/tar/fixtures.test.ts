import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { bytesSource, collect } from '../../src/stream/index.ts';
import { copyTar, formatPaxTime, readTarSync, type SyncEntry, scanTar, writeTar } from '../../src/tar/index.ts';
import { sameBytes } from './raw.ts';
import { cut, type Outcome, readScan, readStream, readSync, slowSource } from './readers.ts';

const folder = fileURLToPath(new URL('../fixtures/tar/', import.meta.url));
const load = (file: string): Uint8Array => new Uint8Array(readFileSync(joinPath(folder, file)));
const archives = readdirSync(folder).filter((file) => file.endsWith('.tar'));

/** An entry in one line, as `tar --verbose` has it, and the dialect in front. */
function line({ header, typeflag, body }: SyncEntry): string {
  const { format, type, mode, uid, gid, uname, gname, mtime, name, linkname, devmajor, devminor, sparse } = header;
  const device = type.endsWith('-device') ? ` ${devmajor},${devminor}` : '';
  const text = type === 'file' && !sparse ? ` ${JSON.stringify(new TextDecoder().decode(body))}` : sparse ? ` ${sparse.length} runs` : '';
  return `${format} ${typeflag === '\0' ? 'NUL' : typeflag} ${mode.toString(8)} ${uid}:${uname} ${gid}:${gname} ${formatPaxTime(mtime)} ${name}${linkname && ` -> ${linkname}`}${device}${text}`;
}

const sha256 = (body: Uint8Array): string => createHash('sha256').update(body).digest('hex');
const hashed = ({ entries, ...rest }: Outcome) => ({ ...rest, entries: entries.map(({ body, ...entry }) => ({ ...entry, body: sha256(body) })) });

const LONG = 'long-'.repeat(30);
const T = '1700000000';
const NS = '1700000000.123456789';
const gnuCommon = (format: string, owner = '1000:user 100:group', time = T): string[] => [
  `${format} 5 755 ${owner} 0 dir/`,
  `${format} 0 4755 ${owner} ${time} dir/file "hello\\n"`,
  `${format} 1 4755 ${owner} ${time} hard -> dir/file`,
  `${format} 2 777 ${owner} ${time} link -> dir/file`,
  `${format} 6 644 ${owner} ${time} fifo`,
];
const gnuSparse = (format: string, flag: string, time: string): string[] => [
  `${format} ${flag} 644 1000:user 100:group ${time} sparse 4 runs`,
  `${format} ${flag} 644 1000:user 100:group ${time} runs 30 runs`,
  `${format} 0 4755 1000:user 100:group ${time} dir/file "hello\\n"`,
];
const bsdPlain = (format: string, owner = '1000:user 100:group'): string[] => [
  `${format} 5 755 ${owner} ${T} ./dir/`,
  `${format} 0 4755 ${owner} ${T} ./dir/file "hello\\n"`,
  `${format} 2 777 ${owner} ${T} ./link -> dir/file`,
  `${format} 6 600 ${owner} ${T} ./fifo`,
  `${format} 3 666 ${owner} ${T} ./null 1,3`,
  `${format} 4 660 ${owner} ${T} ./disk 8,1`,
];
const pythonPlain = (format: string): string[] => [
  `${format} 5 755 1000:user 100:group ${T} dir/`,
  `${format} 0 4755 1000:user 100:group ${T} dir/file "hello\\n"`,
  `${format} 1 640 1000:user 100:group ${T} hard -> dir/file`,
  `${format} 2 640 1000:user 100:group ${T} link -> dir/file`,
  `${format} 3 640 1000:user 100:group ${T} null 1,3`,
  `${format} 4 640 1000:user 100:group ${T} disk 8,1`,
  `${format} 6 640 1000:user 100:group ${T} fifo`,
  `${format} 7 640 1000:user 100:group ${T} contiguous "cont\\n"`,
];
const pythonFull = (format: string, ascii = format): string[] => [
  `${format} 0 640 1000:user 100:group ${T} dir/${LONG} "long\\n"`,
  `${format} 2 640 1000:user 100:group ${T} link -> ${LONG}`,
  `${format} 0 640 1000:user 100:group ${T} café "utf-8\\n"`,
  `${format} 0 640 1000:user 100:group ${T} caf\udce9 "latin1\\n"`,
  `${format} 0 640 3000000:üser 4294967296:group ${T} owner ""`,
  `${ascii} 0 640 1000:user 100:group -1 old ""`,
];

const listings: Readonly<Record<string, readonly string[]>> = {
  'gnu-v7.tar': gnuCommon('v7', '1000: 100:')
    .slice(0, 4)
    .map((row) => row.replace('v7 0', 'v7 NUL')),
  'gnu-oldgnu.tar': gnuCommon('gnu'),
  'gnu-ustar.tar': [...gnuCommon('ustar'), `ustar 0 644 1000:user 100:group ${T} caf\udce9 "latin1\\n"`],
  'gnu-gnu.tar': [
    ...gnuCommon('gnu'),
    `gnu 0 644 1000:user 100:group ${T} dir/${LONG} "long\\n"`,
    `gnu 2 777 1000:user 100:group ${T} long-link -> ${LONG}`,
    `gnu 0 644 1000:user 100:group ${T} café "café\\n"`,
    `gnu 0 644 1000:user 100:group ${T} caf\udce9 "latin1\\n"`,
  ],
  'gnu-base256.tar': ['gnu 0 644 3000000:big 2147483648:big -2 old "old\\n"', 'gnu 5 755 3000000:big 2147483648:big 0 dir/'],
  'gnu-posix.tar': [
    ...gnuCommon('pax', '1000:user 100:group', NS).map((row) => row.replace('pax 5', 'ustar 5')),
    'pax 0 644 1000:user 100:group -1.5 old "old\\n"',
    `pax 0 644 1000:user 100:group ${NS} dir/${LONG} "long\\n"`,
    `pax 2 777 1000:user 100:group ${NS} long-link -> ${LONG}`,
    `pax 0 644 1000:user 100:group ${NS} café "café\\n"`,
    `pax 0 644 1000:user 100:group ${NS} caf\udce9 "latin1\\n"`,
  ],
  'gnu-sparse.tar': gnuSparse('gnu', 'S', T).map((row) => row.replace('gnu S 4755', 'gnu 0 4755')),
  'gnu-sparse-0.0.tar': gnuSparse('pax', '0', NS),
  'gnu-sparse-0.1.tar': gnuSparse('pax', '0', NS),
  'gnu-sparse-1.0.tar': gnuSparse('pax', '0', NS),
  'bsd-v7.tar': bsdPlain('v7', '1000: 100:')
    .slice(0, 3)
    .map((row) => row.replace(/^v7 [05]/, 'v7 NUL')),
  'bsd-ustar.tar': bsdPlain('ustar'),
  'bsd-gnutar.tar': bsdPlain('gnu'),
  'bsd-pax.tar': bsdPlain('ustar'),
  'bsd-full.tar': [
    `pax 0 644 3000000:user 4294967296:group ${NS} ./dir/${LONG} "hello\\n"`,
    `pax 2 777 3000000:user 4294967296:group ${NS} ./link -> ${LONG}`,
    'pax 0 644 3000000:user 4294967296:group -1 ./café "hello\\n"',
  ],
  'bsd-full-gnutar.tar': [
    `gnu 0 644 3000000:user 4294967296:group ${T} ./dir/${LONG} "hello\\n"`,
    `gnu 2 777 3000000:user 4294967296:group ${T} ./link -> ${LONG}`,
    'gnu 0 644 3000000:user 4294967296:group 0 ./café "hello\\n"', // it cannot hold a time before 1970
  ],
  'py-ustar.tar': pythonPlain('ustar'),
  'py-gnu.tar': [...pythonPlain('gnu'), ...pythonFull('gnu')],
  'py-pax.tar': [...pythonPlain('ustar'), ...pythonFull('pax'), `pax 0 640 1000:user 100:group ${T}.25 times ""`],
};

describe('the archives of other programs', () => {
  it('are all here', () => {
    expect(archives).toEqual(Object.keys(listings).sort());
  });

  it.each(archives)('%s is read as it was made', (file) => {
    expect(Array.from(readTarSync(load(file)), line)).toEqual(listings[file]);
  });

  it.each(archives)('%s is the same to all readers, however it comes', async (file) => {
    const raw = load(file);
    const stream = hashed(await readStream([raw]));
    expect(stream.fault).toBeUndefined();
    expect(hashed(await readStream(cut(raw, 100, 7, 512)))).toEqual(stream);
    expect(hashed(await readScan(bytesSource(raw)))).toEqual(stream);
    expect(hashed(await readScan(slowSource(raw)))).toEqual(stream);
    expect(hashed(await readSync(raw)).entries).toEqual(stream.entries);
  });

  it.each(archives)('%s comes out byte for byte', async (file) => {
    const raw = load(file);
    const source = bytesSource(raw);
    sameBytes(await collect(copyTar(await scanTar(source), source)), raw);
  });

  it.each(archives)('%s says the same after it was written anew', async (file) => {
    const entries = [...readTarSync(load(file))];
    const again = await collect(writeTar(entries.map(({ header, body }) => ({ ...header, body }))));
    const facts = ({ header: { pax: _, format: __, sparse: ___, ...header }, body }: SyncEntry) => ({ header, body: sha256(body) });
    expect(Array.from(readTarSync(again), facts)).toEqual(entries.map(facts));
  });

  it.each(archives)('%s is cut, and says so, wherever it ends inside an entry', (file) => {
    const raw = load(file);
    const starts = Array.from(readTarSync(raw), ({ headerOffset }) => headerOffset);
    for (let length = 1; length < (starts.at(-1) as number); length += 61) {
      const read = () => [...readTarSync(raw.subarray(0, length))];
      if (!starts.includes(length)) expect(read).toThrowError(expect.objectContaining({ code: 'TAR_TRUNCATED' }));
    }
  });

  it('hold the data of sparse files where it was', () => {
    for (const file of ['gnu-sparse.tar', 'gnu-sparse-0.0.tar', 'gnu-sparse-0.1.tar', 'gnu-sparse-1.0.tar']) {
      const [sparse, runs] = Array.from(readTarSync(load(file)), ({ body }) => body) as [Uint8Array, Uint8Array];
      const first = new Uint8Array(100_000);
      for (const at of [0, 40_000, 90_000]) first.set(new TextEncoder().encode('data'), at);
      sameBytes(sparse, first);
      const second = new Uint8Array(29 * 8192 + 1);
      for (let i = 0; i < 30; i++) second[i * 8192] = 0x78;
      sameBytes(runs, second);
    }
  });

  it('have a global header where one was asked for', () => {
    const [first] = readTarSync(load('py-pax.tar'));
    expect(first?.header.pax).toEqual(new Map([['comment', new TextEncoder().encode('global')]]));
    const last = [...readTarSync(load('py-pax.tar'))].at(-1)?.header;
    expect(last).toMatchObject({ atime: { seconds: 1, nanoseconds: 5e8 }, ctime: { seconds: -2, nanoseconds: 5e8 } });
    expect(last?.pax.get('comment')).toEqual(new TextEncoder().encode('ü=\n'));
  });
});

describe('the recipes', () => {
  // What the header of a sparse file holds depends on the process id of tar, and on where the disk keeps holes.
  const variable = /^gnu-sparse/;
  const recipes = [
    ['gnu-tar.sh', 'sh', 'tar', 'gnu-'],
    ['bsdtar.sh', 'sh', 'bsdtar', 'bsd-'],
    ['python.py', 'python3', 'python3', 'py-'],
  ] as const;
  const madeWith = (script: string): string => /^# Made with: (.*)$/m.exec(readFileSync(joinPath(folder, script), 'utf8'))?.[1] ?? '';
  const hasVersion = (program: string, script: string): boolean =>
    spawnSync(program, ['--version'], { encoding: 'utf8' }).stdout?.startsWith(madeWith(script)) ?? false;

  it.each(recipes.filter(([script, , program]) => hasVersion(program, script)))('of %s still makes the same archives', (script, shell, _, prefix) => {
    const out = mkdtempSync(joinPath(tmpdir(), 'lading-recipe-'));
    try {
      const { status, stderr } = spawnSync(shell, [joinPath(folder, script), out], { encoding: 'utf8' });
      expect([status, stderr]).toEqual([0, '']);
      expect(readdirSync(out).sort()).toEqual(archives.filter((file) => file.startsWith(prefix)));
      for (const file of readdirSync(out)) {
        const made = new Uint8Array(readFileSync(joinPath(out, file)));
        if (variable.test(file)) expect(Array.from(readTarSync(made), line)).toEqual(listings[file]);
        else sameBytes(made, load(file));
      }
    } finally {
      rmSync(out, { recursive: true });
    }
  });

  it('name the program and the version that they were made with', () => {
    for (const [script] of recipes) expect(madeWith(script)).toMatch(/\d+\.\d+/);
  });
});
