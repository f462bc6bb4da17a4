import { type Address, parseAddress as parse } from '../address.ts';
import { UsageError } from './outcome.ts';

export { type Address, splitSteps, type Transport } from '../address.ts';

/** Takes an IMAGE argument of the command line apart. @throws As its namesake; {UsageError} where it is empty. */
export function parseAddress(argument: string, exists: (path: string) => boolean): Address {
  if (argument === '') throw new UsageError('Cannot open "": an image is a file, a folder, or - for standard input');
  return parse(argument, exists);
}
