import { expect, it } from 'vitest';
import { failure, json, printed } from './command.ts';
import { makeSamples } from './samples.ts';

const cwd = await makeSamples();

it('draws the tree with the bytes below each directory, a hard-linked file once', () => {
  expect(printed(['tree', 'app.tar'], { cwd })).toMatchInlineSnapshot(`
    ".  2.94 KiB
    ├── bin  2.93 KiB
    │   ├── app  2.93 KiB
    │   └── run  2.93 KiB
    ├── dev  0 bytes
    │   ├── null
    │   └── pipe
    └── etc  12 bytes
        ├── app.conf  12 bytes
        ├── current -> app.conf
        └── nowhere -> /gone
    "
  `);
});

it('begins and ends where it is told', () => {
  expect(printed(['tree', 'app.tar', 'etc', '--depth', '0'], { cwd })).toBe('etc  12 bytes\n');
  expect(printed(['tree', 'app.tar', '-d', '1'], { cwd })).toBe('.  2.94 KiB\n├── bin  2.93 KiB\n├── dev  0 bytes\n└── etc  12 bytes\n');
  expect(printed(['tree', 'nest.tar', 'opt/data.tar.gz!/inner'], { cwd })).toMatch(/^inner {2}.*\n├── deep.tar.*\n└── note {2}7 bytes\n$/);
});

it('is a tree in JSON too', () => {
  expect(json(['tree', 'app.tar', '--depth', '2'], { cwd })).toMatchObject({
    path: '',
    type: 'directory',
    size: 3012,
    children: [
      { path: 'bin', size: 3000, children: [{ path: 'bin/app' }, { path: 'bin/run' }] },
      { path: 'dev', size: 0 },
      { path: 'etc', size: 12, children: [{ path: 'etc/app.conf', size: 12 }, { path: 'etc/current', type: 'symlink', target: 'app.conf' }, {}] },
    ],
  });
  expect(json(['tree', 'app.tar', 'etc', '--depth', '0'], { cwd })).toEqual({ path: 'etc', type: 'directory', size: 12 });
});

it('wants a directory to begin with, and a number for a depth', () => {
  expect(failure(['tree', 'app.tar', 'bin/app'], { cwd })).toMatchObject({ status: 3, code: 'ENOTDIR' });
  expect(failure(['tree', 'app.tar', '--depth', 'all'], { cwd })).toMatchObject({ status: 2, code: 'USAGE' });
});
