import { describe, expect, it } from 'vitest';
import { documentField, list, type Problem, parseJson, type Reader, record, text } from '../../src/oci/index.ts';
import { bytes, errorOf } from './documents.ts';

interface Item {
  readonly Config: string;
  readonly RepoTags?: readonly string[];
}

const items = list(record<Item>({ Config: text, RepoTags: list(text) }, ['Config']));

function read<T>(reader: Reader<T>, json: string): { value: T; problems: readonly Problem[] } {
  const field = documentField(parseJson(bytes(json)), 'manifest.json');
  return { value: reader(field), problems: field.document.problems };
}

describe('record', () => {
  it('reads known members and keeps the others as they are', () => {
    const { value, problems } = read(items, '[{"Layers":["x",{"y":1}],"Config":"c.json","RepoTags":["a:1"]}]');
    expect(value).toEqual([{ Layers: ['x', new Map([['y', 1]])], Config: 'c.json', RepoTags: ['a:1'] }]);
    expect(problems).toEqual([]);
  });

  it('takes null for absent, as Go does', () => {
    expect(read(items, '[{"Config":"c","RepoTags":null}]').value).toEqual([{ Config: 'c' }]);
    expect(errorOf(() => read(items, '[{"Config":null}]')).message).toBe('Cannot read manifest.json: /0 has no "Config"');
  });

  it('matches names whatever their case, as Go does, and notes it', () => {
    const { value, problems } = read(items, '[{"config":"c","repoTags":["a"]}]');
    expect(value).toEqual([{ Config: 'c', RepoTags: ['a'] }]);
    expect(problems).toEqual([
      { severity: 'warning', where: '/0/config', message: '/0/config is spelled Config in the specification' },
      { severity: 'warning', where: '/0/repoTags', message: '/0/repoTags is spelled RepoTags in the specification' },
    ]);
  });

  it.each(['{"Config":"a","config":"b"}', '{"config":null,"Config":"b"}', '{"RepoTags":[],"repoTag\\u017f":[],"Config":""}'])(
    'refuses two spellings of one name, of which two readers take two (%s)',
    (json) => {
      const error = errorOf(() => read(items, `[${json}]`));
      expect(error.code).toBe('OCI_AMBIGUOUS');
      expect(error.message).toContain('in another spelling');
    },
  );

  it('lets members with the names of Object.prototype be unknown members', () => {
    const { value } = read(items, '[{"Config":"c","constructor":"x","__proto__":"y","toString":null}]');
    expect(Object.entries(value[0] as Item)).toEqual([['Config', 'c'], ['constructor', 'x'], ['__proto__', 'y'], ['toString', null]]); // biome-ignore format: a row
    expect(Object.getPrototypeOf(value[0])).toBe(Object.prototype);
  });

  it('gives what nobody can change', () => {
    const { value } = read(items, '[{"Config":"c"}]');
    expect(Object.isFrozen(value)).toBe(true);
    expect(Object.isFrozen(value[0])).toBe(true);
  });
});

describe('a value of the wrong shape', () => {
  const faults: readonly [string, string, string][] = [
    ['{}', '', 'it is an object, not an array'],
    ['[1]', '/0', '/0 is 1, not an object'],
    ['[{"Config":"c"},{"Config":true}]', '/1/Config', '/1/Config is true, not a string'],
    ['[{"Config":"c","RepoTags":"a"}]', '/0/RepoTags', '/0/RepoTags is "a", not an array'],
    ['[{"Config":"c","RepoTags":["a",[]]}]', '/0/RepoTags/1', '/0/RepoTags/1 is an array, not a string'],
    ['[{"Config":12345678901234567890}]', '/0/Config', '/0/Config is 12345678901234567890, not a string'],
  ];
  it.each(faults)('is refused where it stands: %s', (json, where, reason) => {
    expect(errorOf(() => read(items, json))).toMatchObject({ code: 'OCI_DOCUMENT', where, message: `Cannot read manifest.json: ${reason}` });
  });

  it('is named by a JSON pointer, with its escapes', () => {
    const deep = record<{ 'a/b~c': string }>({ 'a/b~c': text });
    expect(errorOf(() => read(deep, '{"a/b~c":1}'))).toMatchObject({ where: '/a~1b~0c' });
  });

  it('is shortened where it is long', () => {
    expect(errorOf(() => read(items, JSON.stringify('x'.repeat(1000)))).message.length).toBeLessThan(150);
  });
});
