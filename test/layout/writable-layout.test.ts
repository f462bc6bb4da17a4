import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digestOf } from '../../src/digest/index.ts';
import { isLayout, WritableLayout } from '../../src/layout/index.ts';
import { annotatedNames, CONTAINERD_NAME, type Descriptor, encodeJson, entryName, REF_NAME, withName, withoutName } from '../../src/oci/index.ts';
import { collect, memoryFolder, type WritableFolder } from '../../src/stream/index.ts';
import { failureOf } from '../support/open.ts';

const about = (text: string, annotations?: Record<string, string>): Descriptor => {
  const bytes = new TextEncoder().encode(text);
  return { mediaType: 'a/b', digest: digestOf(bytes), size: bytes.length, ...(annotations && { annotations: new Map(Object.entries(annotations)) }) };
};
const put = (folder: WritableFolder, path: string, bytes: Uint8Array): Promise<void> =>
  folder.write(
    (async function* () {
      yield bytes;
    })(),
    () => path,
  );
const indexOf = async (folder: WritableFolder): Promise<{ manifests: Record<string, unknown>[] } & Record<string, unknown>> =>
  JSON.parse(new TextDecoder().decode(await collect((await folder.open('index.json')).stream())));

async function named(...names: readonly (readonly [Descriptor, string | undefined])[]): Promise<{ digest: unknown; annotations: unknown }[]> {
  const folder = memoryFolder();
  const layout = await WritableLayout.open(folder);
  for (const [descriptor, name] of names) await layout.tag(descriptor, name);
  return (await indexOf(folder)).manifests.map(({ digest, annotations }) => ({ digest, annotations }));
}

const [a, b] = [about('a'), about('b')];
const full = (name: string, tag: string): Record<string, string> => ({ [CONTAINERD_NAME]: name, [REF_NAME]: tag });

describe('the names of a layout that is written', () => {
  it('are a tag alone, or a whole reference as it is and in full', async () => {
    expect(await named([a, '1.2'], [b, 'app:3'], [b, 'quay.io/x/y'], [a, 'not a name/'])).toEqual([
      { digest: a.digest, annotations: { [REF_NAME]: '1.2' } },
      { digest: b.digest, annotations: full('docker.io/library/app:3', 'app:3') },
      { digest: b.digest, annotations: full('quay.io/x/y:latest', 'quay.io/x/y:latest') },
      { digest: a.digest, annotations: { [REF_NAME]: 'not a name/' } },
    ]);
  });

  it('move from content to content, whatever form they are given in', async () => {
    expect(await named([a, 'app:1'], [b, 'docker.io/library/app:1'])).toEqual([
      { digest: b.digest, annotations: full('docker.io/library/app:1', 'docker.io/library/app:1') },
    ]);
    expect(await named([a, 'v1'], [b, 'v1'])).toEqual([{ digest: b.digest, annotations: { [REF_NAME]: 'v1' } }]);
    const podman = about('a', { [REF_NAME]: 'docker.io/library/app:1' });
    expect(await named([podman, 'docker.io/library/app:1'], [b, 'app:1'])).toHaveLength(1);
  });

  it('may have one tag in several repositories', async () => {
    expect(await named([a, 'app:1'], [b, 'db:1'])).toHaveLength(2);
  });

  it('stay as they are annotated where they come from another layout', async () => {
    const podman = about('a', { [REF_NAME]: 'docker.io/library/app:1', other: 'x' });
    expect(await named([podman, 'docker.io/library/app:1'])).toEqual([
      { digest: a.digest, annotations: { [REF_NAME]: 'docker.io/library/app:1', other: 'x' } },
    ]);
    const both = about('a', full('docker.io/library/app:1', '1'));
    expect(await named([both, 'docker.io/library/app:1'], [both, '1'])).toHaveLength(1);
  });

  it('take the place of an entry without one, and a second listing adds nothing', async () => {
    expect(await named([a, undefined], [a, undefined], [a, 'x'], [a, undefined])).toEqual([{ digest: a.digest, annotations: { [REF_NAME]: 'x' } }]);
    expect(await named([about('a', { [REF_NAME]: 'x', other: 'y' }), undefined])).toEqual([{ digest: a.digest, annotations: { other: 'y' } }]);
  });

  it('are told from each other by one name, which is stable', () => {
    fc.assert(
      fc.property(fc.constantFrom('app', 'app:1', 'docker.io/library/app:1', 'localhost:5000/x', 'x/y:z', '1.2', 'odd name'), (name) => {
        const entry = withName(a, name);
        expect(entryName(entry)).toBe(annotatedNames(entry)[0]);
        expect(entryName(withName(entry, entryName(entry) as string))).toBe(entryName(entry));
        expect(withoutName(entry)).toEqual(a);
      }),
    );
  });
});

describe('a layout that is written', () => {
  it('is one from the start, and keeps what others put into its documents', async () => {
    const folder = memoryFolder();
    await WritableLayout.open(folder);
    expect([await isLayout(folder), await indexOf(folder)]).toMatchObject([true, { schemaVersion: 2, manifests: [] }]);
    await put(folder, 'index.json', encodeJson({ schemaVersion: 2, 'x-own': { kept: 1 }, manifests: [{ ...b, 'x-more': true }] }));
    await (await WritableLayout.open(folder)).tag(a, 'v1');
    expect(await indexOf(folder)).toMatchObject({ 'x-own': { kept: 1 }, manifests: [{ digest: b.digest, 'x-more': true }, { digest: a.digest }] });
  });

  it('is made only where nothing else is, and finished where its writer was killed', async () => {
    const folder = memoryFolder();
    await put(folder, 'README', Uint8Array.of(1));
    expect(await failureOf(() => WritableLayout.open(folder))).toMatchObject({
      code: 'OUTPUT_EXISTS',
      message: 'Cannot write "a folder in memory": the folder holds "README" and is no OCI layout; give an empty or a new one',
    });
    const half = memoryFolder();
    await put(half, 'oci-layout', encodeJson({ imageLayoutVersion: '1.0.0' }));
    await put(half, 'blobs/sha256/README', Uint8Array.of(1));
    await (await WritableLayout.open(half)).tag(a, 'v1');
    expect((await indexOf(half)).manifests).toHaveLength(1);
  });

  it('takes a file of another size for none, and replaces it', async () => {
    const folder = memoryFolder();
    const layout = await WritableLayout.open(folder);
    await put(folder, `blobs/sha256/${a.digest.slice(7)}`, new Uint8Array(0));
    expect(await layout.exists(a)).toBe(false);
    await layout.push(a, new TextEncoder().encode('a'));
    expect([await layout.exists(a), new TextDecoder().decode(await collect(await layout.fetch(a)))]).toEqual([true, 'a']);
  });
});

describe('a folder in memory', () => {
  it('lists and opens like one on a disk', async () => {
    const folder = memoryFolder();
    await put(folder, 'a/b', Uint8Array.of(1));
    await put(folder, 'a/c/d', Uint8Array.of(2));
    await put(folder, 'z', Uint8Array.of(3));
    expect(await folder.list()).toEqual([
      { name: 'a', type: 'directory' },
      { name: 'z', type: 'file' },
    ]);
    expect(await folder.list('a')).toEqual([
      { name: 'b', type: 'file' },
      { name: 'c', type: 'directory' },
    ]);
    expect((await failureOf(() => folder.list('z'))).code).toBe('ENOTDIR');
    expect((await failureOf(() => folder.list('y'))).code).toBe('ENOENT');
    expect((await failureOf(() => folder.open('a'))).code).toBe('ENOENT');
  });
});
