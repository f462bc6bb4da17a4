/** One xz decoder in WebAssembly, with a memory of its own. */
export interface XzDecoder {
  /** How many bytes of input it takes at once. */
  readonly capacity: number;
  /** Gives it input, once it has used up the last. Nothing, at the end of the input. */
  supply(input: Uint8Array): void;
  /** Unpacks some more: a status of xz-embedded, the bytes (a copy), and whether it wants input. */
  next(): { status: number; bytes: Uint8Array; isHungry: boolean };
}

interface Exports {
  readonly memory: WebAssembly.Memory;
  create_context(): number;
  supply_input(context: number, length: number): void;
  get_next_output(context: number): number;
}

interface Module {
  _moduleInstance: { readonly exports: unknown };
  _getModuleInstance(): Promise<void>;
}

let opening: Promise<unknown> = Promise.resolve();

/**
 * Starts a decoder. The stream class of xz-decompress is not used: all of its streams share one memory, and a second one waits until the first has
 * ended, so an archive inside an archive would wait for itself for ever. Its WebAssembly is instantiated anew for each decoder instead.
 */
export async function createDecoder(): Promise<XzDecoder> {
  const loaded: { default?: unknown } = await import('xz-decompress');
  // Node puts the exports of a CommonJS module under `default`, a bundler may not.
  const { XzReadableStream } = (loaded.default ?? loaded) as { XzReadableStream: Module };
  const instance = opening.then(() => instantiate(XzReadableStream));
  opening = instance;
  return wrap((await instance) as Exports);
}

async function instantiate(module: Module): Promise<unknown> {
  await module._getModuleInstance();
  return module._moduleInstance.exports;
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
  };
}
