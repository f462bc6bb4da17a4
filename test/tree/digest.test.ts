import { expect, it } from 'vitest';
import { digestOf, digestStream } from '../../src/digest/index.ts';
import { bytesSource, collect } from '../../src/stream/index.ts';
import { indexTar, writeTar } from '../../src/tar/index.ts';
import { type FileNode, treeFromTar, withMetadata } from '../../src/tree/index.ts';

it('a file has the digest that was made as its archive was read, and keeps it through changes of metadata', async () => {
  const archive = await collect(
    writeTar([
      { name: 'a', body: 'content' },
      { name: 'b', type: 'hardlink', linkname: 'a' },
    ]),
  );
  const index = await indexTar(archive, { digest: (body) => digestStream(body), reread: () => bytesSource(archive) });
  const tree = treeFromTar(index);
  const expected = digestOf(new TextEncoder().encode('content'));
  expect(tree.lookup('b')).toHaveProperty('digest', expected);
  expect(withMetadata(tree.lookup('a') as FileNode, { mode: 0o600 }).digest).toBe(expected);
});
