import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { EntryInit } from '../../src/tar/index.ts';
import { classic, hybrid } from '../support/docker.ts';
import { LAYERS, plainImage } from '../support/image.ts';
import { LayoutBuilder, writeFolder } from '../support/layout.ts';
import { failure, lading, type Outcome } from './command.ts';
import { makeSamples, tar } from './samples.ts';
import { schemaFaults } from './schema.ts';

const cwd = await makeSamples();
const write = (name: string, bytes: Uint8Array): void => writeFileSync(join(cwd, name), bytes);
const one = await plainImage(LAYERS);
const config = { config: { Cmd: ['/bin/sh'], Env: ['MODE=test'] }, docker_version: '24.0' };
const TOP: readonly EntryInit[] = [{ name: 'app/server.mjs', body: "console.log('hello again')\n", mode: 0o700 }, { name: 'etc/.wh.app.conf' }];
const two = await plainImage([...LAYERS.slice(0, 2), TOP], config);
write('one.tar', await tar(classic({ image: one, tags: ['app:1'] })));
write('two.tar', await tar(classic({ image: two, tags: ['app:2'] })));
write('both.tar', await tar(hybrid({ image: one, tags: ['app:1'] }, { image: two, tags: ['app:2'] })));
const layout = new LayoutBuilder();
writeFolder(join(cwd, 'layout'), layout.members(layout.named(layout.image(one, { packing: 'gzip' }), 'app:1')));
write('rootfs.tar', await tar([...(LAYERS[1] ?? []).filter(({ name }) => !name.includes('.wh.')), ...(LAYERS[2] ?? [])]));

const diff = (...args: string[]): Outcome => lading(['diff', ...args], { cwd });
const told = (...args: string[]): string => {
  const { stdout, stderr, status } = diff(...args);
  expect([status, stderr]).toEqual([1, '']);
  return stdout;
};

describe('diff', () => {
  it('says what two images have differently', () => {
    expect(told('one.tar', 'two.tar')).toMatchInlineSnapshot(`
      "changed  app/server.mjs  content 21 bytes → 27 bytes, mode 0755 → 0700
      removed  etc/app.conf
      added    config.Env MODE  "test"
      "
    `);
  });

  it('is silent and good where nothing differs', () => {
    const same: Outcome = { status: 0, stdout: '', stderr: '' };
    expect(diff('one.tar', 'one.tar')).toEqual(same);
    expect(diff('one.tar', 'layout')).toEqual(same);
    expect(diff('docker-archive:both.tar:app:1', 'oci:layout')).toEqual(same);
    expect(diff('both.tar', 'one.tar', '--image', 'app:1')).toEqual(same);
    expect(diff('app.tar', 'app.tar.gz')).toEqual(same);
    expect(diff('dir', 'dir')).toEqual(same);
  });

  it('takes a value with a comma as one for each side', () => {
    expect(told('both.tar', 'both.tar', '--image', 'app:1,app:2')).toBe(told('one.tar', 'two.tar'));
    expect(told('one.tar', 'one.tar', '--layer', '0,2', '--ignore', 'tmp')).toMatchInlineSnapshot(`
      "removed  etc
      removed  etc/app.conf
      added    app
      added    app/server.mjs
      "
    `);
    expect(told('one.tar', 'one.tar', '--at', '0,')).toContain('removed  tmp/cache');
    expect(failure(['diff', 'one.tar', 'one.tar', '--at', 'x'], { cwd })).toMatchObject({ status: 2, code: 'USAGE' });
  });

  it('compares an image with a tar or a folder, which have no configuration', () => {
    expect(told('one.tar', 'rootfs.tar')).toBe('removed  tmp\n');
    expect(told('dir', 'rootfs.tar')).toContain('removed  sub/file\n');
  });

  it('takes one stream for both sides, for its layers', () => {
    const input = readFileSync(join(cwd, 'one.tar'));
    expect(lading(['diff', '-', '-', '--layer', '1,1'], { cwd, input })).toMatchObject({ status: 0, stdout: '' });
    expect(lading(['diff', '-', '-', '--layer', '1,2'], { cwd, input })).toMatchObject({ status: 1 });
  });

  it('leaves out what is not to count', () => {
    expect(told('one.tar', 'two.tar', '--semantic', '--ignore', 'app')).toBe('removed  etc/app.conf\nadded    config.Env MODE  "test"\n');
    expect(diff('one.tar', 'rootfs.tar', '--ignore', 'tmp')).toMatchObject({ status: 0, stdout: '' });
  });

  it('shows the lines of texts, and what is stored, where that is asked', () => {
    expect(told('one.tar', 'two.tar', '--text')).toContain("@@ -1,1 +1,1 @@\n-console.log('hello')\n+console.log('hello again')\n");
    const raw = told('one.tar', 'two.tar', '--raw');
    expect(raw).toContain('stored   added    docker_version  "24.0"');
    expect(raw).toContain('stored   changed  names  ["app:1"] → ["app:2"]');
    expect(diff('one.tar', 'layout', '--raw').status).toBe(0);
  });

  it('counts', () => {
    expect(told('one.tar', 'two.tar', '--stat')).toMatchInlineSnapshot(`
      "added    0  0 bytes
      removed  1  10 bytes
      changed  1  27 bytes of changed content; content 1; mode 1
      config   1
      history  0
      layers   2  in common, of 3 and 3
      "
    `);
    expect(diff('app.tar', 'app.tar.gz', '--stat').stdout).toMatchInlineSnapshot(`
      "added    0  0 bytes
      removed  0  0 bytes
      changed  0  0 bytes of changed content
      "
    `);
  });

  it.each([
    ['one.tar', 'two.tar', '--text', '--raw'],
    ['one.tar', 'two.tar', '--stat'],
    ['one.tar', 'rootfs.tar'],
    ['app.tar', 'odd.tar'],
    ['one.tar', 'layout'],
  ])('prints JSON of its schema: %s %s %s', (...args) => {
    const { status, stdout } = diff(...args.filter((arg) => arg !== undefined), '--json');
    const document = JSON.parse(stdout);
    expect(schemaFaults('diff', document)).toEqual([]);
    expect(document.differ).toBe(status === 1);
  });

  it('refuses a choice among images where there are none, and one that is not made', () => {
    expect(failure(['diff', 'app.tar', 'dir', '--image', 'x'], { cwd })).toMatchObject({ status: 2 });
    expect(failure(['diff', 'both.tar', 'one.tar'], { cwd })).toMatchObject({ status: 2, code: 'IMAGE_AMBIGUOUS' });
    expect(failure(['diff', 'one.tar', 'none.tar'], { cwd })).toMatchObject({ status: 3 });
  });
});
