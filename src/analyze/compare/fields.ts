/** What a field of a document holds, as far as it is compared. */
export type FieldValue = string | number | boolean | readonly string[];

/** A field that two documents have differently; `undefined` where one has none. */
export interface FieldDifference {
  /** Where it stands, such as `config.Env`. */
  readonly field: string;
  /** Of a member of a set, map or list of variables, which. */
  readonly name?: string;
  readonly before: FieldValue | undefined;
  readonly after: FieldValue | undefined;
}

/** A field with its value. */
export type Field = readonly [field: string, name: string | undefined, value: FieldValue | undefined];

/** The fields that differ, those of `before` first. What is null, empty or not there is one. */
export function compareFields(before: Iterable<Field>, after: Iterable<Field>): FieldDifference[] {
  const [lower, upper] = [keyed(before), keyed(after)];
  const keys = new Set([...lower.keys(), ...upper.keys()]);
  return [...keys].flatMap((key) => {
    const [field, name] = (lower.get(key) ?? upper.get(key)) as Field;
    const [left, right] = [lower.get(key)?.[2], upper.get(key)?.[2]];
    return sameValue(left, right) ? [] : [{ field, ...(name !== undefined && { name }), before: left, after: right }];
  });
}

function keyed(fields: Iterable<Field>): ReadonlyMap<string, Field> {
  const there = [...fields].filter(([, name, value]) => value !== undefined && (name !== undefined || !isEmpty(value)));
  return new Map(there.map((field) => [`${field[0]}\0${field[1] ?? ''}`, field]));
}

function isEmpty(value: FieldValue): boolean {
  return value === '' || value === false || (Array.isArray(value) && value.length === 0);
}

function sameValue(a: FieldValue | undefined, b: FieldValue | undefined): boolean {
  return a === b || (Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, i) => item === b[i]));
}
