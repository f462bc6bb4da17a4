// A program of someone who has the package installed: each type here must come from its declarations.
import { type Archive, LadingError, open } from 'lading';
import { type Header, readTarSync, TarReader, writeTar } from 'lading/tar';
import { file, symlink, Tree, tarEntries } from 'lading/tree';

const tree: Tree = new Tree();
tree.set('etc/motd', file('hello\n', { mode: 0o600 }));
tree.set('motd', symlink('etc/motd'));

const chunks: Uint8Array[] = [];
for await (const chunk of writeTar(tarEntries(tree), { format: 'pax' })) chunks.push(chunk);
const bytes = new Uint8Array(await new Blob(chunks as Uint8Array<ArrayBuffer>[]).arrayBuffer());

const headers: Header[] = [...readTarSync(bytes)].map(({ header }) => header);
for await (const { header, body } of new TarReader(new Blob([bytes]).stream())) {
  if (header.name !== headers.shift()?.name) throw new Error(`The readers disagree on ${header.name}`);
  for await (const chunk of body) if (chunk.length !== header.size) throw new Error(`The body of ${header.name} has ${chunk.length} bytes`);
}

const archive: Archive = await open(bytes);
const node = (await archive.tree()).resolve('motd');
if (node.type !== 'file' || node.mode !== 0o600) throw new Error(`motd is a ${node.type}`);
await archive.close();

const failure = await open(bytes.subarray(0, 700)).catch((error: unknown) => error);
if (!(failure instanceof LadingError) || failure.code !== 'TAR_TRUNCATED') throw new Error(`Half an archive gave ${failure}`);
console.log('well');
