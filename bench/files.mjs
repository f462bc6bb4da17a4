import { noise, normal, pick, randomNumbers, text, word } from './random.mjs';

/**
 * Entries like those of a real folder of installed packages, in the order of a walk: directories a few names deep, files whose sizes spread over five
 * orders of magnitude, some links. `mean` is the mean size of a file in bytes; `wide` gives three times of a nanosecond each, which only PAX holds.
 */
export function* packages({ seed, count, mean, wide = false }) {
  const random = randomNumbers(seed);
  const content = text(random, 8 * 1024 * 1024);
  const binary = noise(random, 1024 * 1024);
  let last = 'lib/none';
  for (const name of namesOf(random, count)) {
    const common = { name, uid: 0, gid: 0, uname: 'root', gname: 'root', ...times(random, wide) };
    const kind = name.endsWith('/') ? 0 : random();
    if (kind === 0) yield { ...common, type: 'directory', mode: 0o755 };
    else if (kind < 0.03) yield { ...common, type: 'symlink', mode: 0o777, linkname: `../${name.slice(4, 12)}` };
    else if (kind < 0.035 && last !== 'lib/none') yield { ...common, type: 'hardlink', mode: 0o644, linkname: last };
    else {
      last = name;
      yield { ...common, type: 'file', mode: random() < 0.1 ? 0o755 : 0o644, body: slice(random, random() < 0.04 ? binary : content, mean) };
    }
  }
}

/** Names in the order of a walk; every eleventh or so is a directory. */
function namesOf(random, count) {
  const words = Array.from({ length: 400 }, () => word(random, 3, 11));
  const directories = ['lib/'];
  const names = ['lib/'];
  for (let i = 1; i < count; i++) {
    const parent = pick(random, directories);
    const base = `${pick(random, words)}-${i.toString(36)}`;
    const isDirectory = random() < 0.09;
    names.push(
      isDirectory ? `${parent.length > 70 ? 'lib/' : parent}${random() < 0.2 ? '@' : ''}${base}/` : `${parent}${base}${pick(random, ENDINGS)}`,
    );
    if (isDirectory) directories.splice(Math.floor(8 * random()), 0, names.at(-1));
  }
  // A slash sorts before all else, so that what is in a directory comes right behind it. By way of bytes, for a string put together is slower to read.
  return names
    .map((name) => name.replaceAll('/', '\0'))
    .sort()
    .map((name) => Buffer.from(name.replaceAll('\0', '/')).toString());
}

const ENDINGS = ['.js', '', '.d.ts', '.js.map', '.json', '.md', '.mjs', '.py', '.pm', '.3.gz', '.po', '.svg', '.test.tsx'];
const SPREAD = 1.8;

function slice(random, content, mean) {
  const size = Math.min(content.length, Math.floor(Math.exp(Math.log(mean) - SPREAD ** 2 / 2 + SPREAD * normal(random))));
  const start = Math.floor((content.length - size) * random());
  return content.subarray(start, start + size);
}

function times(random, wide) {
  const moment = () => ({ seconds: 1_600_000_000 + Math.floor(1e8 * random()), nanoseconds: wide ? 1 + Math.floor(999_999_998 * random()) : 0 });
  return wide ? { mtime: moment(), atime: moment(), ctime: moment() } : { mtime: moment() };
}

/** Small files under names that no header holds. */
export function* longNames({ seed, count }) {
  const random = randomNumbers(seed);
  const body = text(random, 300);
  const parents = Array.from({ length: 64 }, () => Array.from({ length: 14 }, () => word(random, 8, 14)).join('/'));
  for (let i = 0; i < count; i++) yield { name: `${pick(random, parents)}/${word(random, 20, 60)}${i}`, body, ...times(random, false) };
}

/** Files in directories that are `depth` deep, each chain of them a leg of its own. */
export function* deepNames({ seed, count, depth }) {
  const random = randomNumbers(seed);
  for (let i = 0; i < count; ) {
    let name = `root${i}`;
    for (let level = 0; level < depth && i < count; level++, i++) {
      yield { name: `${name}/`, type: 'directory', ...times(random, false) };
      name += `/${word(random, 1, 2)}`;
    }
  }
}

/** Empty files, a hundred to a directory. */
export function* emptyFiles({ count }) {
  for (let i = 0; i < count; i++) {
    const directory = `pool/${Math.floor(i / 10_000)}/${Math.floor(i / 100) % 100}`;
    yield i % 100 === 0
      ? { name: `${directory}/`, type: 'directory' }
      : { name: `${directory}/file-${i}.txt`, mtime: { seconds: i, nanoseconds: 0 } };
  }
}

/** `count` files of `size` bytes each. */
export function* equalFiles({ seed, count, size, noisy = false }) {
  const random = randomNumbers(seed);
  const content = noisy ? noise(random, size) : text(random, size);
  for (let i = 0; i < count; i++) yield { name: `part/${i}.bin`, mode: 0o644, mtime: { seconds: 1_700_000_000, nanoseconds: 0 }, body: content };
}
