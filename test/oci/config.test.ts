import { describe, expect, it } from 'vitest';
import { diffIds, edit, encodeJson, parseConfig } from '../../src/oci/index.ts';
import { bytes, codeOf, DIGEST_A, DIGEST_B, errorOf, imageConfig, textOf } from './documents.ts';

const parse = (changes: object): ReturnType<typeof parseConfig> => parseConfig(bytes({ ...imageConfig, ...changes }));
const complaints = (changes: object): readonly string[] => parse(changes).problems.map(({ message }) => message);

describe('parseConfig', () => {
  it('reads every member of the specification, and keeps the bytes', () => {
    const history = [
      { created: '2015-10-31T22:22:54.690851953Z', created_by: 'ADD file', author: 'a', comment: 'c' },
      { created: '2015-10-31T22:22:55+02:00', created_by: 'CMD ["sh"]', empty_layer: true },
    ];
    const whole = {
      created: '2015-10-31T22:22:56.015925234Z',
      author: 'A. <a@example.com>',
      architecture: 'arm64',
      variant: 'v8',
      os: 'windows',
      'os.version': '10.0.17763.3650',
      'os.features': ['win32k'],
      config: {
        User: '1:1',
        ExposedPorts: { '8080/tcp': {}, '53': {} },
        Env: ['PATH=/bin', 'EMPTY=', '=C:=C:\\'],
        Entrypoint: ['/bin/sh'],
        Cmd: ['-c', ''],
        Volumes: { '/data': {} },
        WorkingDir: '/home/alice',
        Labels: { a: 'b', '': 'empty name' },
        StopSignal: 'SIGKILL',
        ArgsEscaped: true,
      },
      rootfs: { type: 'layers', diff_ids: [DIGEST_A, DIGEST_B, DIGEST_A] },
      history,
    };
    const raw = bytes(whole);
    const config = parseConfig(raw);
    expect(config).toMatchObject({
      ...whole,
      kind: 'config',
      config: {
        ...whole.config,
        ExposedPorts: new Map([['8080/tcp', new Map()], ['53', new Map()]]), // biome-ignore format: a row
        Volumes: new Map([['/data', new Map()]]),
        Labels: new Map([['a', 'b'], ['', 'empty name']]), // biome-ignore format: a row
      },
      problems: [],
    });
    expect(config.raw).toBe(raw);
    expect(diffIds(config)).toEqual([DIGEST_A, DIGEST_B, DIGEST_A]);
  });

  it('reads what Docker writes: null for what is empty, and members of its own', () => {
    const docker = {
      Hostname: 'x',
      Cmd: null,
      Entrypoint: null,
      Env: null,
      Labels: null,
      OnBuild: null,
      Volumes: null,
      Healthcheck: { Interval: 30000000000 },
    };
    const config = parse({ config: docker, container_config: docker, docker_version: '1.10', history: null, container: 'abc' });
    expect(config.problems).toEqual([]);
    expect(config.history).toEqual([]);
    expect([config.config?.Cmd, config.config?.Volumes]).toEqual([undefined, undefined]);
    expect(JSON.parse(textOf(encodeJson(config.json)))).toEqual(JSON.parse(textOf(config.raw)));
  });

  describe('without rootfs, as very old engines and some artifacts have it', () => {
    it.each([undefined, null])('(%j) reads it, states no diffIDs, and notes it', (rootfs) => {
      const config = parse({ rootfs });
      expect(diffIds(config)).toBeUndefined();
      expect(config.problems).toEqual([{ severity: 'error', where: '', message: 'the document has no "rootfs"' }]);
    });

    it('tells it from one whose rootfs holds nothing', () => {
      expect(diffIds(parse({ rootfs: { type: 'layers', diff_ids: [] } }))).toEqual([]);
      expect(diffIds(parse({ rootfs: { type: 'layers', diff_ids: null } }))).toEqual([]);
      expect(complaints({ rootfs: {} })).toEqual(['/rootfs lacks its type or diff_ids']);
    });
  });

  it.each([
    [{ rootfs: { type: 'layers+base', diff_ids: [] } }, '/rootfs/type'],
    [{ rootfs: { type: '', diff_ids: [] } }, '/rootfs/type'],
    [{ rootfs: { type: 1, diff_ids: [] } }, '/rootfs/type'],
    [{ rootfs: [] }, '/rootfs'],
    [{ rootfs: { type: 'layers', diff_ids: DIGEST_A } }, '/rootfs/diff_ids'],
    [{ rootfs: { type: 'layers', diff_ids: [DIGEST_A, '../x'] } }, '/rootfs/diff_ids/1'],
    [{ os: 123 }, '/os'],
    [{ architecture: [] }, '/architecture'],
    [{ variant: 123 }, '/variant'],
    [{ created: 0 }, '/created'],
    [{ 'os.features': 'win32k' }, '/os.features'],
    [{ history: 'should be an array' }, '/history'],
    [{ history: [{ empty_layer: 'true' }] }, '/history/0/empty_layer'],
    [{ history: [{}, null] }, '/history/1'],
    [{ config: [] }, '/config'],
    [{ config: { User: 1234 } }, '/config/User'],
    [{ config: { Env: [7353] } }, '/config/Env/0'],
    [{ config: { Env: 'A=b' } }, '/config/Env'],
    [{ config: { Cmd: [['sh']] } }, '/config/Cmd/0'],
    [{ config: { Entrypoint: 1 } }, '/config/Entrypoint'],
    [{ config: { Volumes: ['/var'] } }, '/config/Volumes'],
    [{ config: { Volumes: { '/var': 'x' } } }, '/config/Volumes/~1var'],
    [{ config: { Labels: { a: 1 } } }, '/config/Labels/a'],
    [{ config: { ArgsEscaped: 'yes' } }, '/config/ArgsEscaped'],
  ])('refuses %j', (changes, where) => {
    expect(errorOf(() => parse(changes))).toMatchObject({ code: 'OCI_DOCUMENT', where });
  });

  it.each([
    [{ architecture: undefined }, 'the document has no "architecture"'],
    [{ os: null }, 'the document has no "os"'],
    [{ created: 'yesterday' }, '/created "yesterday" is no date and time of RFC 3339'],
    [{ created: '2020-13-01T00:00:00Z' }, '/created "2020-13-01T00:00:00Z" is no date and time of RFC 3339'],
    [{ history: [{ created: '2015-10-31' }] }, '/history/0/created "2015-10-31" is no date and time of RFC 3339'],
    [{ config: { Env: ['A=b', 'foo'] } }, '/config/Env/1 "foo" is not NAME=VALUE'],
    [{ config: { Labels: { a: null } } }, '/config/Labels/a is null, not a string'],
    [{ config: { ExposedPorts: { '80/tcp': null } } }, '/config/ExposedPorts/80~1tcp is null, not an object'],
    [{ config: { Cmd: 'sh' } }, '/config/Cmd is a string, not an array'],
    [{ config: { cmd: ['sh'] } }, '/config/cmd is spelled Cmd in the specification'],
  ])('reads, and notes: %j', (changes, complaint) => {
    expect(complaints(changes)).toEqual([complaint]);
  });

  it('reads what it notes as engines do', () => {
    expect(parse({ config: { cmd: ['sh'] } }).config?.Cmd).toEqual(['sh']);
    expect(parse({ config: { Entrypoint: 'sh -c' } }).config?.Entrypoint).toEqual(['sh -c']);
    expect(parse({ config: { Labels: { a: null } } }).config?.Labels).toEqual(new Map([['a', '']]));
    expect([...(parse({ config: { ExposedPorts: { '80/tcp': null } } }).config?.ExposedPorts ?? [])]).toEqual([['80/tcp', new Map()]]);
  });

  it('refuses two spellings of one member: engines would start another command', () => {
    expect(codeOf(() => parse({ config: { Cmd: ['a'], cmd: ['b'] } }))).toBe('OCI_AMBIGUOUS');
    expect(codeOf(() => parse({ config: { Labels: { a: '1', A: '2' } } }))).toBe('none');
  });

  it('is changed without loss of what Docker added', () => {
    const docker = { Healthcheck: { Test: ['CMD', 'x'], Interval: 30000000000 }, OnBuild: ['RUN a'], Big: 0 };
    const source = textOf(bytes({ id: 'x', ...imageConfig, config: docker, container_config: docker })).replaceAll(
      '"Big":0',
      '"Big":9223372036854775807',
    );
    const changed = encodeJson(edit(parseConfig(bytes(source)).json, ['config', 'Env'], ['A=b']));
    expect(textOf(changed)).toBe(source.replace('"Big":9223372036854775807}', '"Big":9223372036854775807,"Env":["A=b"]}'));
    expect(parseConfig(changed).config?.Env).toEqual(['A=b']);
  });
});
