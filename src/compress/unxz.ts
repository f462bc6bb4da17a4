import { EMPTY } from '../bytes/index.ts';
import type { ByteReader } from '../stream/index.ts';
import { corrupt, truncated, unsupported } from './faults.ts';
import { createDecoder } from './xz-decoder.ts';

// The results of xz-embedded (`enum xz_ret`).
const OK = 0;
const STREAM_END = 1;
const REFUSALS: Readonly<Record<number, string>> = {
  2: 'it has a check that is not verified here',
  3: 'there is no memory for its dictionary',
  4: 'its dictionary is larger than 64 MiB',
  6: 'it has a SHA-256 check or a filter other than LZMA2, which are not read here',
};
const NO_PROGRESS = 8;

/** Unpacks xz: all streams with the padding between them, CRC-32 and CRC-64 verified. */
export async function* unxz(reader: ByteReader): AsyncGenerator<Uint8Array> {
  const decoder = await createDecoder();
  try {
    for (let isHungry = true, status = OK; status === OK; ) {
      if (isHungry) decoder.supply((await reader.take(decoder.capacity)) ?? EMPTY);
      const next = decoder.next();
      ({ isHungry, status } = next);
      if (next.bytes.length > 0) yield next.bytes;
      if (status !== OK && status !== STREAM_END) throw fault(status);
    }
  } finally {
    decoder.close();
  }
}

function fault(status: number): Error {
  if (status === NO_PROGRESS) return truncated('xz');
  const refusal = REFUSALS[status];
  return refusal ? unsupported('xz', refusal) : corrupt('xz', 'its bytes or their check are wrong');
}
