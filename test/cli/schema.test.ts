import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { classic } from '../support/docker.ts';
import { LAYERS, plainImage } from '../support/image.ts';
import { tarOf } from '../support/pack.ts';
import { lading } from './command.ts';
import { makeSamples } from './samples.ts';
import { schemaFaults } from './schema.ts';

const cwd = await makeSamples();
writeFileSync(join(cwd, 'wasteful.tar'), await tarOf(classic({ image: await plainImage(LAYERS), tags: null })));

describe('what is printed with --json is of its schema', () => {
  it.each([
    ['ls', ['ls', '-R', '--digest', 'app.tar']],
    ['ls', ['ls', '-R', '--digest', 'odd.tar']],
    ['ls', ['ls', '-R', '--digest', 'dir']],
    ['ls', ['find', 'odd.tar', '--type', 'f']],
    ['duplicates', ['find', 'odd.tar', '--duplicates']],
    ['summary', ['find', 'app.tar', '--summarize']],
    ['waste', ['waste', 'wasteful.tar', '--duplicates', '--max-waste', '100']],
    ['index', ['index', '--digest', 'app.tar']],
    ['index', ['index', '--digest', 'odd.tar']],
    ['inspect', ['inspect', 'app.tar.gz']],
    ['inspect', ['inspect', 'odd.tar']],
    ['inspect', ['inspect', 'dir']],
    ['tree', ['tree', 'odd.tar']],
    ['tree', ['tree', 'app.tar', '-d', '1']],
    ['cat', ['cat', 'nest.tar', 'opt/data.tar.gz', 'opt/data.tar.gz!/inner/note']],
    ['extract', ['extract', 'app.tar', 'schema-out']],
    ['export', ['export', 'app.tar', '-o', 'schema.tar']],
  ])('%s: lading %j', (schema, args) => {
    const { status, stdout } = lading([...args, '--json'], { cwd });
    expect(status).toBe(0);
    expect(schemaFaults(schema, JSON.parse(stdout))).toEqual([]);
  });

  it.each([
    [['ls', 'broken.tar']],
    [['ls', 'none.tar']],
    [['ls', '--nope', 'app.tar']],
    [['ls', 'nest.tar', `opt/data.tar.gz${'!/x'.repeat(99)}`]],
    [['extract', 'app.tar', 'dir']],
  ])('error: lading %j', (args) => {
    const { stdout, stderr } = lading([...args, '--json'], { cwd });
    expect([stdout, stderr.split('\n').length]).toEqual(['', 2]);
    expect(schemaFaults('error', JSON.parse(stderr))).toEqual([]);
  });
});

describe('the schemas', () => {
  it('refuse what is not documented', () => {
    expect(schemaFaults('ls', [{ path: 'a' }])).not.toEqual([]);
    expect(
      schemaFaults('ls', [{ path: 'a', type: 'file', size: 0, mode: 0o644, uid: 0, gid: 0, mtime: '1970-01-01T00:00:00.000000000Z', other: 1 }]),
    ).not.toEqual([]);
    expect(schemaFaults('ls', [{ path: 'a', type: 'file', size: 0, mode: 0o644, uid: 0, gid: 0, mtime: '1970-01-01T00:00:00Z' }])).not.toEqual([]);
  });
});
