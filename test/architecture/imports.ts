import { parseAst } from 'vite';

/** What one source file imports, type-only imports included, and which globals it names. */
export interface Uses {
  readonly imports: readonly string[];
  readonly names: ReadonlySet<string>;
}

interface Ast {
  readonly [key: string]: unknown;
}

/** Reads the uses off a syntax tree, so that comments, strings and property names never count. */
export function usesOf(code: string): Uses {
  const imports: string[] = [];
  const names = new Set<string>();
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) for (const item of value) visit(item);
    else if (isAst(value)) {
      if (isAst(value.source) && typeof value.source.value === 'string') imports.push(value.source.value);
      if (value.type === 'Identifier') names.add(String(value.name));
      for (const key of childKeys(value)) visit(value[key]);
    }
  };
  visit(parseAst(code, { lang: 'ts' }).body);
  return { imports, names };
}

// `a.process` and `{ process: 1 }` name a property, `globalThis.process` and `{ process } = globalThis` the global.
function childKeys(node: Ast): string[] {
  const keys = Object.keys(node);
  if (node.computed) return keys;
  if (node.type === 'MemberExpression' && isAst(node.object) && node.object.name !== 'globalThis') return keys.filter((key) => key !== 'property');
  return keys.filter((key) => key !== 'key');
}

function isAst(value: unknown): value is Ast {
  return typeof value === 'object' && value !== null;
}
