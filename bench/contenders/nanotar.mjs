import { createTar, parseTar } from 'nanotar';

// It verifies no checksum and tells no link target.
export function list(archive, see) {
  for (const { name, type, size, attrs } of parseTar(archive, { metaOnly: true })) see(name, type, size, attrs.mode, attrs.mtime, '');
}

export function bodies(archive, see) {
  for (const { name, data } of parseTar(archive)) if (data?.length > 0) see(name, data);
}

export function write(entries, see) {
  see(
    createTar(entries.map(({ name, mode, mtime, body }) => ({ name, data: body, attrs: { mode: mode.toString(8), mtime: mtime.seconds * 1000 } }))),
  );
}
