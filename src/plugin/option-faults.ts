/** What a call says is wrong, if it does. */
export function faultOf(call: () => unknown): string | undefined {
  try {
    call();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** Whether members can be looked up in it by their names: a list is none. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The first member that an object should not have. */
export function unknownMember(value: object, known: ReadonlySet<string>): string | undefined {
  return Object.keys(value).find((name) => !known.has(name));
}

export const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

export const isList = (values: unknown, isGood: (value: never) => boolean): boolean =>
  Array.isArray(values) && values.every((value) => isGood(value as never));
