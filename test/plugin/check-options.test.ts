import { describe, expect, it } from 'vitest';
import { secondsOf } from '../../src/plugin/created.ts';
import { checkOptions } from '../../src/plugin/options.ts';

const check = (options: object): unknown => checkOptions(options as never);

describe('a wrong value inside of an option', () => {
  it.each<[option: string, options: object, message: string]>([
    ['container', { container: [] }, 'it is an object'],
    ['container', { container: { env: ['a'] } }, 'its env is an object, such as { NAME: "value" }'],
    ['container', { container: { env: 'abc' } }, 'its env is an object'],
    ['container', { container: { labels: ['x'] } }, 'its labels is an object'],
    ['container', { container: { labels: 7 } }, 'its labels is an object'],
    ['container', { container: { env: { A: 1 } } }, 'Cannot set env to "1"'],
    ['container', { container: { cmd: 'serve' } }, 'its cmd is a list'],
    ['container', { container: { ports: 8080 } }, 'its ports is a list'],
    ['container', { container: { volumes: '/data' } }, 'its volumes is a list'],
    ['container', { container: { healthcheck: ['CMD', 'true'] } }, 'its healthcheck is an object'],
    ['container', { container: { healthcheck: { test: ['NONE'], start: 1 } } }, 'its healthcheck has no "start", but test, interval, timeout'],
    ['layers', { layers: [{ name: 'fonts', include: '*', exclude: 'a' }] }, 'it is a list of { name, include }'],
    ['layers', { layers: [null] }, 'it is a list of { name, include }'],
    ['layers', { layers: [{ name: 'code', include: '*' }] }, 'a layer "code" is made for the rest; give yours another name'],
    ['layers', { layers: [{ name: 'assets', include: '*' }] }, 'a layer "assets" is made'],
    ['layers', { layers: [{ name: 'dependencies', include: '*' }] }, 'a layer "dependencies" is made'],
    ['created', { created: '2026-05-01T12:00:00' }, 'it is a time with its zone, such as 2026-05-01T12:00:00Z, or seconds since 1970'],
  ])('of "%s", %j, is an error that names it', (option, options, message) => {
    expect(() => check(options)).toThrow(TypeError);
    expect(() => check(options)).toThrow(`Cannot take the option "${option}" of lading: ${message}`);
  });

  it('is no error where it takes something away', () => {
    const container = { env: { A: null }, labels: { b: null }, ports: null, healthcheck: null, entrypoint: null, cmd: undefined };
    expect(check({ container })).toEqual({ container });
  });
});

it('options that are a list are an error', () => {
  expect(() => check([])).toThrow('the options of lading: they are an object');
});

describe('the time of an image', () => {
  it.each<[given: unknown, seconds: number | undefined]>([
    ['2026-05-01T12:00:00Z', 1777636800],
    ['2026-05-01t12:00:00.9z', 1777636800],
    ['2026-05-01T14:30:00+02:30', 1777636800],
    ['2024-02-29T00:00:00Z', 1709164800],
    ['9999-12-31T23:59:59Z', 253402300799],
    [1777636800, 1777636800],
    ['9999-12-31T23:59:59-01:00', undefined],
    ['1969-12-31T23:59:59Z', undefined],
    ['2026-05-01T12:00:00', undefined],
    ['2026-05-01T12:00Z', undefined],
    ['2026-05-01', undefined],
    ['2020-02-30T00:00:00Z', undefined],
    ['2023-02-29T00:00:00Z', undefined],
    ['2020-13-01T00:00:00Z', undefined],
    ['2020-01-01T24:00:00Z', undefined],
    ['2020-01-01T00:00:00+24:00', undefined],
    ['2020-01-01T00:00:00Z and more', undefined],
    [0.5, undefined],
    [true, undefined],
  ])('%j is %j', (given, seconds) => {
    expect(secondsOf(given)).toBe(seconds);
  });
});
