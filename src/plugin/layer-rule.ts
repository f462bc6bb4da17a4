import { isList, isObject, isText, unknownMember } from './option-faults.ts';

/** A layer of its own for some of what the bundler writes. */
export interface LayerRule {
  readonly name: string;
  /** Patterns of picomatch, such as `assets/**`, held against paths below the nearest folder that has all that the bundler wrote. */
  readonly include: string | readonly string[];
}

/** The layers that there are without any rule. */
export const LAYERS = { dependencies: 'dependencies', assets: 'assets', code: 'code' } as const;

const MEMBERS: ReadonlySet<string> = new Set<keyof LayerRule>(['name', 'include']);

/** Says what is wrong with the option `layers`. */
export function layersFault(rules: unknown): string | undefined {
  if (!isList(rules, isRule)) return 'it is a list of { name, include }';
  const taken = (rules as readonly LayerRule[]).find(({ name }) => Object.hasOwn(LAYERS, name));
  return taken && `a layer "${taken.name}" is made for the rest; give yours another name`;
}

function isRule(rule: unknown): boolean {
  if (!isObject(rule) || unknownMember(rule, MEMBERS) !== undefined) return false;
  return isText(rule.name) && (isText(rule.include) || isList(rule.include, isText));
}
