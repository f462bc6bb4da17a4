// Run with --expose-gc and a count: indexes an archive of that many entries, made as it is read, and prints the bytes that each of them keeps.
const dist = new URL('../../dist/', import.meta.url).href; // not a literal: types are checked before anything is built
const { createSource } = await import(`${dist}stream/index.js`);
const { scanTar } = await import(`${dist}tar/index.js`);

const encoder = new TextEncoder();

/** @param {Uint8Array} block @param {number} at @param {string} text */
function put(block, at, text) {
  block.set(encoder.encode(text), at);
}

/** @param {string} name @param {string} typeflag @param {number} size */
function header(name, typeflag, size) {
  const block = new Uint8Array(512);
  put(block, 0, name);
  put(block, 100, ['0000644', '0001750', '0000144', ''].join('\0'));
  put(block, 124, `${size.toString(8).padStart(11, '0')}\x0014524770400\0        ${typeflag}`);
  put(block, 257, 'ustar\x0000user');
  put(block, 297, 'group');
  const sum = block.reduce((total, byte) => total + byte, 0);
  put(block, 148, `${sum.toString(8).padStart(6, '0')}\0 `);
  return block;
}

/** @param {number} i */
function plain(i) {
  return header(`usr/lib/python3/dist-packages/package${1000 + Math.floor(i / 100)}/module${100 + (i % 100)}.py`, '0', 0);
}

/** @param {number} i */
function withPax(i) {
  const blocks = new Uint8Array(1536);
  const record = '30 mtime=1700000000.123456789\n';
  blocks.set(header('PaxHeaders/x', 'x', record.length));
  put(blocks, 512, record);
  blocks.set(plain(i), 1024);
  return blocks;
}

const PERIOD = 2000;

/** An archive of `count` entries: 2,000 of them over and over, so that making it takes no time and no room. @param {number} count @param {(i: number) => Uint8Array} entry */
function archive(count, entry) {
  const { length: size } = entry(0);
  const period = new Uint8Array(PERIOD * size);
  for (let i = 0; i < PERIOD; i++) period.set(entry(i), i * size);
  const end = count * size;
  const readSync = (/** @type {number} */ position, /** @type {number} */ length) => {
    const bytes = new Uint8Array(length);
    for (let at = 0; at < length && position + at < end; ) {
      const from = (position + at) % period.length;
      const part = period.subarray(from, Math.min(from + length - at, from + end - position - at));
      bytes.set(part, at);
      at += part.length;
    }
    return bytes;
  };
  return createSource(
    { read: async (/** @type {number} */ position, /** @type {number} */ length) => readSync(position, length), readSync },
    end + 1024,
  );
}

const collect = /** @type {() => void} */ (globalThis.gc);

// Twice: the first collection may only end one that had begun before, and leave what has become garbage since.
async function used() {
  collect();
  await new Promise((resolve) => setImmediate(resolve));
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

async function measure(/** @type {unknown} */ source) {
  const before = await used();
  const start = performance.now();
  const index = await scanTar(source);
  const milliseconds = Math.round(performance.now() - start);
  return { entries: index.length, bytes: Math.round(((await used()) - before) / index.length), milliseconds, last: index.name(index.length - 1) };
}

const [count, kind] = process.argv.slice(2);
console.log(JSON.stringify(await measure(archive(Number(count), kind === 'pax' ? withPax : plain))));
