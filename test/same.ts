/** One case of a suite that every runtime runs: no test runner, nothing of Node. Modules named `cases.ts` export an array of them. */
export interface Case {
  readonly name: string;
  run(): Promise<void> | void;
}

/** Fails unless two values are the same by structure: primitives, bytes, arrays, maps and plain objects. */
export function same(actual: unknown, expected: unknown): void {
  const [is, shouldBe] = [show(actual), show(expected)];
  if (is !== shouldBe) throw new Error(`got      ${is}\nexpected ${shouldBe}`);
}

/** Fails unless the call fails, with the `code` where one is given and else with an error of that name. */
export async function fails(call: () => unknown, codeOrName: string): Promise<void> {
  try {
    await call();
  } catch (error) {
    const { code, name } = error as { code?: string; name: string };
    return same(code ?? name, codeOrName);
  }
  throw new Error(`nothing failed, expected ${codeOrName}`);
}

function show(value: unknown): string {
  if (value instanceof Uint8Array) return `bytes(${[...value]})`;
  if (value instanceof Map) return `map(${show([...value])})`;
  if (Array.isArray(value)) return `[${value.map(show).join(', ')}]`;
  if (typeof value === 'object' && value !== null)
    return `{${Object.entries(value)
      .filter(([, part]) => part !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, part]) => `${key}: ${show(part)}`)
      .join(', ')}}`;
  if (typeof value === 'bigint') return `${value}n`;
  return Object.is(value, -0) ? '-0' : (JSON.stringify(value) ?? String(value));
}
