import { describe, expect, it } from 'vitest';
import { parseAddress, splitSteps } from '../../src/cli/address.ts';

const files = ['app.tar', 'odd:name.tar', 'what!', 'what!/not.tar', 'C:\\images\\a.tar', 'oci:strange'];
const parse = (argument: string): object => parseAddress(argument, (path) => files.includes(path));

describe('an IMAGE argument', () => {
  it.each([
    ['app.tar', { path: 'app.tar', steps: [] }],
    ['gone.tar', { path: 'gone.tar', steps: [] }],
    ['-', { path: '-', steps: [] }],
    ['-!/a.tar', { path: '-', steps: ['a.tar'] }],
    ['app.tar!/opt/a.tgz', { path: 'app.tar', steps: ['opt/a.tgz'] }],
    ['app.tar!/a.tgz!/b.tgz', { path: 'app.tar', steps: ['a.tgz', 'b.tgz'] }],
    ['docker-archive:app.tar', { transport: 'docker-archive', path: 'app.tar', steps: [] }],
    ['docker-archive:app.tar:demo:latest', { transport: 'docker-archive', path: 'app.tar', reference: 'demo:latest', steps: [] }],
    ['docker-archive:app.tar:@1', { transport: 'docker-archive', path: 'app.tar', reference: '@1', steps: [] }],
    ['docker-archive:odd:name.tar', { transport: 'docker-archive', path: 'odd:name.tar', steps: [] }],
    ['docker-archive:-', { transport: 'docker-archive', path: '-', steps: [] }],
    ['oci:layout:v1!/a.tar', { transport: 'oci', path: 'layout', reference: 'v1', steps: ['a.tar'] }],
    ['oci-archive:C:\\images\\b.tar:v1', { transport: 'oci-archive', path: 'C:\\images\\b.tar', reference: 'v1', steps: [] }],
    ['oci-archive:C:\\images\\a.tar', { transport: 'oci-archive', path: 'C:\\images\\a.tar', steps: [] }],
  ])('%s is taken apart', (argument, address) => {
    expect(parse(argument)).toEqual(address);
  });

  it.each(['what!/not.tar', 'what!', 'odd:name.tar', 'oci:strange'])('%s is a path where it exists as it stands', (argument) => {
    expect(parse(argument)).toEqual({ path: argument, steps: [] });
  });

  it.each(['docker://alpine', 'docker-daemon:alpine:latest', 'containers-storage:alpine', 'dir:/images'])(
    '%s is recognised and not read',
    (argument) => {
      expect(() => parse(argument)).toThrow(expect.objectContaining({ code: 'TRANSPORT_UNSUPPORTED' }));
    },
  );

  it('is not empty', () => {
    expect(() => parse('')).toThrow(expect.objectContaining({ code: 'USAGE' }));
  });
});

describe('steps into archives', () => {
  it.each([
    ['a', ['a']],
    ['a.tar!/b', ['a.tar', 'b']],
    ['a.tar!/', ['a.tar', '']],
    ['a.tar!', ['a.tar', '']],
    ['a!b', ['a!b']],
    ['', ['']],
  ])('%j are %j', (path, steps) => {
    expect(splitSteps(path)).toEqual(steps);
  });
});
