import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { EntryInit } from '../../src/tar/index.ts';
import { sarifFaults } from '../analyze/sarif.schema.ts';
import { classic } from '../support/docker.ts';
import { LAYERS, plainImage } from '../support/image.ts';
import { failure, lading, type Outcome } from './command.ts';
import { makeSamples, tar } from './samples.ts';
import { schemaFaults } from './schema.ts';

const cwd = await makeSamples();
const save = async (name: string, layers: readonly (readonly EntryInit[])[]): Promise<void> =>
  writeFileSync(join(cwd, name), await tar(classic({ image: await plainImage(layers), tags: [name] })));
await save('clean.tar', [[{ name: 'app/' }, { name: 'app/x', body: 'x' }]]);
await save('open.tar', [...LAYERS, Array.from({ length: 5 }, (_, i): EntryInit => ({ name: `open${i}`, body: 'x', mode: 0o666 }))]);
await save('bad.tar', [
  [
    { name: 'twice', body: '1' },
    { name: 'twice', body: '2' },
    { name: 'a:b', body: '' },
  ],
]);

const run = (...args: string[]): Outcome => lading(['lint', ...args], { cwd });

describe('lint', () => {
  it('is good where nothing is found', () => {
    expect(run('clean.tar')).toEqual({ status: 0, stdout: 'good\n', stderr: '' });
  });

  it('tells what is found, the worst first, with what engines do and what to do', () => {
    expect(run('bad.tar').stdout).toMatchInlineSnapshot(`
      "error  duplicate-path: a path has several entries in one layer
        layer 0  twice
          Docker and podman with vfs: refuses the layer
          Docker with overlay2, containerd: refuses the layer in Docker; the last entry counts in containerd
          umoci: the last entry counts
          Write each path once; the specification forbids more.

      info  windows-name: a name that Windows cannot hold
        layer 0  a:b
          engines on Linux: keep the name
          Windows: refuses the name, or changes it
          Rename it if the tree is to be unpacked on Windows.

      1 error, 1 for information
      "
    `);
    expect(run('bad.tar').status).toBe(1);
  });

  it('lists three of a code, and every one where that is asked', () => {
    expect(run('open.tar', '--ignore', 'implied-directory').stdout).toContain('  layer 3  open2  mode 0666\n  … and 2 more (--all)\n');
    expect(run('open.tar', '--all').stdout).toContain('  layer 3  open4  mode 0666\n');
  });

  it('fails on what it is told to fail on', () => {
    expect(run('open.tar').status).toBe(1);
    expect(run('open.tar', '--fail-on', 'error').status).toBe(0);
    expect(run('open.tar', '--ignore', 'world-writable').status).toBe(0);
    expect(run('open.tar', '--base', '4').status).toBe(0);
    expect(run('bad.tar', '--fail-on', 'error').status).toBe(1);
    expect(run('bad.tar', '--ignore', 'duplicate-path').status).toBe(0);
  });

  it.each(['clean.tar', 'open.tar', 'bad.tar'])('prints JSON and SARIF that are valid: %s', (name) => {
    const document = JSON.parse(run(name, '--json').stdout);
    expect(schemaFaults('lint', document)).toEqual([]);
    expect(run(name, '--format', 'json').stdout).toBe(run(name, '--json').stdout);
    const log = JSON.parse(run(name, '--format', 'sarif').stdout);
    expect(sarifFaults(log)).toEqual([]);
    expect(log.runs[0].results).toHaveLength(document.findings.length);
  });

  it('refuses codes that there are not, and what is no image', () => {
    expect(failure(['lint', 'clean.tar', '--ignore', 'nope'], { cwd })).toMatchObject({ status: 2 });
    expect(failure(['lint', 'app.tar'], { cwd })).toMatchObject({ status: 2 });
  });
});
