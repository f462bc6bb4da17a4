import { LadingError } from './errors.ts';

/** A form that an IMAGE argument can say its input must have. */
export type Transport = 'docker-archive' | 'oci' | 'oci-archive';

/** What an IMAGE argument says: `[TRANSPORT:]PATH[:REF][!/STEP]…`. */
export interface Address {
  readonly transport?: Transport;
  /** A path of the host; `-` is standard input. */
  readonly path: string;
  /** Which image, as a transport names it: a reference, `@N` or a digest. */
  readonly reference?: string;
  /** Paths of archives, each inside the one before it. */
  readonly steps: readonly string[];
}

const TRANSPORT = /^(docker-archive|oci|oci-archive):/;
// What other tools call by such names; nothing here reads them.
const ELSEWHERE = /^(docker:\/\/|docker-daemon:|containers-storage:|dir:|ostree:)/;

/**
 * Takes an IMAGE argument apart. A path that exists as it stands is that path, whatever colons and `!/` are in it.
 * @throws {LadingError} `TRANSPORT_UNSUPPORTED`.
 */
export function parseAddress(argument: string, exists: (path: string) => boolean): Address {
  if (exists(argument)) return { path: argument, steps: [] };
  const [elsewhere] = ELSEWHERE.exec(argument) ?? [];
  if (elsewhere) throw unsupported(elsewhere);
  const [lead, transport] = TRANSPORT.exec(argument) ?? [''];
  const [first = '', ...steps] = exists(argument.slice(lead.length)) ? [argument.slice(lead.length)] : splitSteps(argument.slice(lead.length));
  if (!transport) return { path: first, steps };
  return { transport: transport as Transport, ...splitReference(first, exists), steps };
}

/** `a.tar!/b/c.tar!/d` as `a.tar`, `b/c.tar`, `d`. A `!` at the end steps to the root of the last archive. */
export function splitSteps(path: string): string[] {
  return path.split(/!(?:\/|$)/);
}

function unsupported(transport: string): LadingError {
  const instead = transport.startsWith('docker') ? 'save the image to a file first: docker save IMAGE -o FILE' : 'copy the image to a file first';
  return new LadingError('TRANSPORT_UNSUPPORTED', `Cannot open ${transport}: images are read from files, folders and standard input; ${instead}`);
}

/** The colon of a Windows drive is none of a reference. */
function splitReference(text: string, exists: (path: string) => boolean): { path: string; reference?: string } {
  const colon = text.indexOf(':', /^[a-z]:[\\/]/i.test(text) ? 2 : 0);
  if (colon < 0 || exists(text)) return { path: text };
  return { path: text.slice(0, colon), reference: text.slice(colon + 1) };
}
