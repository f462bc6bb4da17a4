const KINDS: Readonly<Record<string, string>> = {
  file: '-',
  directory: 'd',
  symlink: 'l',
  hardlink: 'h',
  'character-device': 'c',
  'block-device': 'b',
  fifo: 'p',
};

/** Type and permissions as `ls -l` writes them; `h` is a hard link as a tar has it, `?` a type that nobody gave a meaning. */
export function formatMode(type: string, mode: number): string {
  const special = [mode & 0o4000 ? 's' : '', mode & 0o2000 ? 's' : '', mode & 0o1000 ? 't' : ''];
  const groups = special.map((letter, i) => permissions((mode >> (6 - 3 * i)) & 7, letter));
  return (KINDS[type] ?? '?') + groups.join('');
}

function permissions(bits: number, special: string): string {
  const execute = special === '' ? (bits & 1 ? 'x' : '-') : bits & 1 ? special : special.toUpperCase();
  return `${bits & 4 ? 'r' : '-'}${bits & 2 ? 'w' : '-'}${execute}`;
}
