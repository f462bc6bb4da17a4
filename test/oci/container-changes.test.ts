import { describe, expect, it } from 'vitest';
import { type ContainerChanges, changeContainer, encodeJson, type JsonObject, parseConfig, parseJson } from '../../src/oci/index.ts';

const BASE = {
  architecture: 'amd64',
  os: 'linux',
  config: {
    Env: ['PATH=/bin', 'A=1'],
    Entrypoint: ['/old'],
    Cmd: ['-v'],
    Labels: { kept: 'yes' },
    ExposedPorts: { '80/tcp': {} },
    OnBuild: ['RUN true'],
  },
  rootfs: { type: 'layers', diff_ids: [] },
};
const base = parseJson(encodeJson(BASE)) as JsonObject;
const container = (changes: ContainerChanges): unknown => JSON.parse(new TextDecoder().decode(encodeJson(changeContainer(base, changes)))).config;

describe('changes of a container', () => {
  it('leave what they do not name, and what nobody knows of', () => {
    expect(container({})).toEqual(BASE.config);
    expect(container({ user: 'node:node', workdir: '/srv' })).toEqual({ ...BASE.config, User: 'node:node', WorkingDir: '/srv' });
  });

  it('keep the place of a variable that is there, and take one away', () => {
    expect(container({ env: { B: 'x=y', PATH: '/usr/bin', A: null } })).toMatchObject({ Env: ['PATH=/usr/bin', 'B=x=y'] });
  });

  it('take the command away with the entrypoint it was for, as a Dockerfile does', () => {
    expect(container({ entrypoint: ['node', '/app/main.js'] })).not.toHaveProperty('Cmd');
    expect(container({ entrypoint: ['node'], cmd: ['main.js'] })).toMatchObject({ Entrypoint: ['node'], Cmd: ['main.js'] });
    expect(container({ cmd: null })).toEqual({ ...BASE.config, Cmd: undefined });
  });

  it('add ports, volumes and labels to those that are there', () => {
    expect(container({ ports: [8080, '53/udp', '9000-9010'], volumes: ['/data'], labels: { a: 'b', kept: null } })).toMatchObject({
      ExposedPorts: { '80/tcp': {}, '8080/tcp': {}, '53/udp': {}, '9000-9010/tcp': {} },
      Volumes: { '/data': {} },
      Labels: { a: 'b' },
    });
    expect(container({ ports: null })).not.toHaveProperty('ExposedPorts');
  });

  it('write a healthcheck in nanoseconds, and take it away', () => {
    const changed = changeContainer(base, { healthcheck: { test: ['CMD', '/check'], interval: 30, timeout: 0.5, retries: 3 } });
    const { Healthcheck } = JSON.parse(new TextDecoder().decode(encodeJson(changed))).config;
    expect(Healthcheck).toEqual({ Test: ['CMD', '/check'], Interval: 30_000_000_000, Timeout: 500_000_000, Retries: 3 });
    expect(encodeJson(changeContainer(changed, { healthcheck: null }))).toEqual(encodeJson(base));
  });

  it('are read again as they were written', () => {
    const { config } = parseConfig(encodeJson(changeContainer(base, { stopSignal: 'SIGINT', volumes: ['/v'] })));
    expect(config).toMatchObject({ StopSignal: 'SIGINT', Volumes: new Map([['/v', new Map()]]) });
  });

  it('show of an object what is in it', () => {
    expect(() => changeContainer(base, { healthcheck: {} as never })).toThrow('Cannot set healthcheck to {}: it is an object whose "test"');
    const test = ['x'.repeat(100)];
    expect(() => changeContainer(base, { healthcheck: { test } })).toThrow(/to {"test":\["x{69}…: it is/);
  });

  it.each<[string, ContainerChanges]>([
    ['user', { user: '' }],
    ['user', { user: 'a:b:c' }],
    ['user', { user: 'a:' }],
    ['user', { user: ':b' }],
    ['workdir', { workdir: 'srv' }],
    ['ports', { ports: ['http'] }],
    ['ports', { ports: [70000] }],
    ['volumes', { volumes: ['data'] }],
    ['env', { env: { 'A=B': '1' } }],
    ['env', { env: { A: 7 as unknown as string } }],
    ['labels', { labels: { '': 'x' } }],
    ['entrypoint', { entrypoint: 'node main.js' as unknown as string[] }],
    ['cmd', { cmd: [1] as unknown as string[] }],
    ['stopSignal', { stopSignal: 'stop' }],
    ['healthcheck', { healthcheck: { test: ['/check'] } }],
    ['healthcheck', { healthcheck: {} as never }],
    ['healthcheck', { healthcheck: { test: ['CMD', 'x'], interval: 0 } }],
    ['healthcheck', { healthcheck: { test: ['CMD', 'x'], retries: 1.5 } }],
  ])('name the %s that cannot be: %o', (name, changes) => {
    expect(() => changeContainer(base, changes)).toThrow(new RegExp(`^Cannot set ${name} to `));
    expect(() => changeContainer(base, changes)).toThrow(TypeError);
  });
});
