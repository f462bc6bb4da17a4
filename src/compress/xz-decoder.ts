/** One xz decoder in WebAssembly, with a memory of its own. */
export interface XzDecoder {
  /** How many bytes of input it takes at once. */
  readonly capacity: number;
  /** Gives it input, once it has used up the last. Nothing, at the end of the input. */
  supply(input: Uint8Array): void;
  /** Unpacks some more: a status of xz-embedded, the bytes (a copy), and whether it wants input. */
  next(): { status: number; bytes: Uint8Array; isHungry: boolean };
  /** Ends it. Its memory serves the next one. */
  close(): void;
}

interface Exports {
  readonly memory: WebAssembly.Memory;
  create_context(): number;
  destroy_context(context: number): void;
  supply_input(context: number, length: number): void;
  get_next_output(context: number): number;
}

interface Module {
  _moduleInstance: { readonly exports: unknown };
  _getModuleInstance(): Promise<void>;
}

/** A memory that grew past this is let go. It never shrinks, and a dictionary may have 64 MiB. */
const KEPT_MEMORY = 16 * 1024 * 1024;

let idle: Exports | undefined;
let opening: Promise<unknown> = Promise.resolve();

/**
 * Starts a decoder. The stream class of xz-decompress is not used: all of its streams share one memory, and a second one waits until the first has
 * ended, so an archive inside an archive would wait for itself for ever. Each decoder has an instance of its WebAssembly to itself instead.
 */
export async function createDecoder(): Promise<XzDecoder> {
  const exports = idle ?? (await instantiate());
  idle = undefined;
  return wrap(exports);
}

async function instantiate(): Promise<Exports> {
  const loaded: { default?: unknown } = await import('xz-decompress');
  // Node puts the exports of a CommonJS module under `default`, a bundler may not.
  const { XzReadableStream } = (loaded.default ?? loaded) as { XzReadableStream: Module };
  // It leaves the instance on the class, so instances are made one after the other.
  const instance = opening.then(async () => {
    await XzReadableStream._getModuleInstance();
    return XzReadableStream._moduleInstance.exports as Exports;
  });
  opening = instance;
  return instance;
}

// The fields of its context, as 32-bit words: capacity, input (address, position, length), output (address, position, length).
const FIELDS = { capacity: 0, input: 1, inputPosition: 2, inputLength: 3, output: 4, outputPosition: 5 };

function wrap(exports: Exports): XzDecoder {
  const context = exports.create_context();
  // The memory moves when it grows, so no view of it is kept.
  const bytes = (field: number, length: number): Uint8Array => new Uint8Array(exports.memory.buffer, get(field), length);
  const words = (): Uint32Array => new Uint32Array(exports.memory.buffer, context, 6);
  const get = (field: number): number => words()[field] as number;
  return {
    capacity: get(FIELDS.capacity),
    supply(input) {
      bytes(FIELDS.input, input.length).set(input);
      exports.supply_input(context, input.length);
    },
    next() {
      const status = exports.get_next_output(context);
      const unpacked = bytes(FIELDS.output, get(FIELDS.outputPosition)).slice();
      words()[FIELDS.outputPosition] = 0;
      return { status, bytes: unpacked, isHungry: get(FIELDS.inputPosition) === get(FIELDS.inputLength) };
    },
    close() {
      exports.destroy_context(context);
      if (exports.memory.buffer.byteLength <= KEPT_MEMORY) idle = exports;
    },
  };
}
