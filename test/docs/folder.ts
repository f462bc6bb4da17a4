import { chmodSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { collect } from '../../src/stream/index.ts';
import { type EntryInit, writeTar } from '../../src/tar/index.ts';
import { root } from './examples.ts';
import { makeImage } from './image.ts';

const owner = { uid: 1000, gid: 1000, uname: 'app', gname: 'app', mtime: new Date('2026-05-01T12:00:00Z') };
const serve = "import { createServer } from 'node:http';\n\ncreateServer((request, response) => response.end('hello\\n')).listen(8080);\n";
const config: EntryInit = { name: 'etc/app.conf', ...owner, mode: 0o640, body: 'port = 8080\nworkers = 4\n' };

/** The application that the examples speak of, and its next version. */
async function applications(): Promise<{ first: readonly EntryInit[]; second: readonly EntryInit[] }> {
  const data = gzipSync(await collect(writeTar([config, { name: 'etc/users.csv', ...owner, body: 'ada\ngrace\n' }])));
  const shared: EntryInit[] = [
    { name: 'app/', ...owner },
    { name: 'app/LICENSE', ...owner, body: 'Anyone may use this.\n' },
    { name: 'app/start.sh', ...owner, mode: 0o755, body: '#!/bin/sh\nexec node /app/current\n' },
  ];
  const last: EntryInit[] = [{ name: 'etc/', ...owner }, config, { name: 'opt/data.tar.gz', ...owner, body: data }];
  const server = (name: string, body: string): EntryInit[] => [
    { name: `app/${name}`, ...owner, body },
    { name: 'app/current', type: 'symlink', ...owner, linkname: name },
  ];
  const later = { mtime: new Date('2026-06-01T12:00:00Z') };
  return {
    first: [...shared, ...server('server.mjs', serve), ...last],
    second: [
      ...shared,
      ...server('main.mjs', serve.replace('hello', 'hello again')),
      ...last.map((entry) => (entry === config ? { ...entry, ...later, body: 'port = 80\n' } : entry)),
    ],
  };
}

/** A new folder with the files that the examples use, where `lading` can be imported and, with its `bin` on the path, started. */
export async function makeExampleFolder(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'lading-docs-'));
  const { first, second } = await applications();
  const archive = await collect(writeTar(first));
  writeFileSync(join(folder, 'app.tar'), archive);
  writeFileSync(join(folder, 'app.tar.gz'), gzipSync(archive));
  writeFileSync(join(folder, 'app-2.tar'), await collect(writeTar(second)));
  writeFileSync(join(folder, 'image.tar'), await makeImage());
  mkdirSync(join(folder, 'site/assets'), { recursive: true });
  writeFileSync(join(folder, 'site/index.html'), '<h1>hello</h1>\n');
  writeFileSync(join(folder, 'site/assets/style.css'), 'h1 { color: teal }\n');
  mkdirSync(join(folder, 'node_modules/@types'), { recursive: true });
  symlinkSync(root, join(folder, 'node_modules/lading'));
  symlinkSync(`${root}node_modules/@types/node`, join(folder, 'node_modules/@types/node'));
  symlinkSync(`${root}node_modules/undici-types`, join(folder, 'node_modules/undici-types'));
  mkdirSync(join(folder, 'bin'));
  for (const [name, skip] of [
    ['lading', ''],
    ['npx', 'shift; '],
  ] as const) {
    writeFileSync(join(folder, 'bin', name), `#!/bin/sh\n${skip}exec node ${root}dist/cli/main.js "$@"\n`);
    chmodSync(join(folder, 'bin', name), 0o755);
  }
  return folder;
}
