import memfs from 'memfs';

/** A volume of every entry, as `memfs` users unpack an archive into one: there are no views, it copies what it is given. */
export function tree({ entries }, see) {
  const volume = new memfs.Volume();
  for (const { header, body } of entries) put(volume, header, body);
  see(volume);
}

function put(volume, { name, type, mode, linkname }, body) {
  const path = `/${name.replace(/\/$/, '')}`;
  if (type === 'directory') volume.mkdirSync(path, { recursive: true, mode });
  else if (type === 'symlink') volume.symlinkSync(linkname, path);
  else if (type === 'hardlink') volume.linkSync(`/${linkname}`, path);
  else volume.writeFileSync(path, body, { mode });
}
