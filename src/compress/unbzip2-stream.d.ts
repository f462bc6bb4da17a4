// The decoder inside @openpgp/unbzip2-stream, which has no types.
declare module '@openpgp/unbzip2-stream/lib/bzip2.js' {
  /** Gives the next bits as a number; `null` asks for none and goes to the next whole byte. */
  type ReadBits = (count: number | null) => number;
  const bzip2: {
    /** Reads the header of a stream: the size of its blocks in units of 100,000 bytes. */
    header(bits: ReadBits): number;
    /** Unpacks a block and gives the checksum so far, or `null` where the stream has ended. */
    decompress(bits: ReadBits, write: (byte: number) => void, buffer: Int32Array, bufferSize: number, checksum: number): number | null;
  };
  export default bzip2;
}
