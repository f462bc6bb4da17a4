/** Numbers from 0 up to 1, the same for the same seed: mulberry32. */
export function randomNumbers(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A number of the normal distribution (Box and Muller). */
export function normal(random) {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** One of a list, those in front far more often: words in text, and names of files, are distributed like that. */
export function pick(random, list) {
  return list[Math.floor(list.length * random() ** 2.5)];
}

/** A word of `least` to `most` letters. */
export function word(random, least, most) {
  const length = least + Math.floor((most - least + 1) * random());
  return Array.from({ length }, () => String.fromCharCode(97 + Math.floor(26 * random() ** 1.5))).join('');
}

/** Text of about `size` bytes that compresses about as well as source code does: few words, and phrases that come again. */
export function text(random, size) {
  const words = Array.from({ length: 2048 }, () => word(random, 2, 12));
  const phrase = () => Array.from({ length: 2 + Math.floor(8 * random()) }, () => pick(random, words)).join(random() < 0.3 ? '.' : ' ');
  const phrases = Array.from({ length: 2048 }, phrase);
  const parts = [];
  for (let length = 0; length < size; ) {
    const part = `${random() < 0.6 ? pick(random, phrases) : phrase()}${random() < 0.5 ? ';\n  ' : ' '}`;
    parts.push(part);
    length += part.length;
  }
  return Buffer.from(parts.join('').slice(0, size));
}

/** Bytes that do not compress. */
export function noise(random, size) {
  const words = new Uint32Array(Math.ceil(size / 4));
  for (let i = 0; i < words.length; i++) words[i] = random() * 2 ** 32;
  return new Uint8Array(words.buffer, 0, size);
}
