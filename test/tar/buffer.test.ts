import { describe, expect, it } from 'vitest';
import { bytesSource } from '../../src/stream/index.ts';
import { readTarSync, scanTar, TarReader } from '../../src/tar/index.ts';
import { archive, entry, pax, text } from './raw.ts';

const whole = archive(pax({ 'SCHILY.xattr.user.a': 'one' }), entry({ name: 'file' }, 'hello'));
const fresh = (): Buffer => Buffer.from(whole);
const isPlain = (bytes: Uint8Array | undefined): boolean => bytes?.constructor === Uint8Array;

// `Buffer.prototype.slice` is a view: records kept by it would change when the caller uses the memory again.
describe('an archive in Buffers', () => {
  it('is read by readTarSync as plain bytes, records as copies', () => {
    const buffer = fresh();
    const [only] = [...readTarSync(buffer)];
    expect(only?.body).toEqual(text('hello'));
    expect(isPlain(only?.body)).toBe(true);
    buffer.fill(0);
    expect(only?.header.xattrs.get('user.a')).toEqual(text('one'));
    expect(only?.body).toEqual(new Uint8Array(5)); // a view, as it says
  });

  it('is read by TarReader as plain bytes, records as copies', async () => {
    const buffer = fresh();
    for await (const { header, body } of new TarReader([buffer.subarray(0, 700), buffer.subarray(700)])) {
      for await (const chunk of body) expect(isPlain(chunk)).toBe(true);
      buffer.fill(0, 0, 1536);
      expect(header.xattrs.get('user.a')).toEqual(text('one'));
    }
  });

  it('is indexed by scanTar as plain bytes, records as copies', async () => {
    const buffer = fresh();
    const index = await scanTar(bytesSource(buffer));
    expect(isPlain(await index.body(0).read(0, 5))).toBe(true);
    buffer.fill(0);
    expect(index.header(0).xattrs.get('user.a')).toEqual(text('one'));
  });
});
