/** What is used of a module of webpack or Rspack. */
export interface Module {
  /** What the source imports, which may be an alias. */
  readonly userRequest?: string;
  /** Modules that were joined to one. */
  readonly modules?: Iterable<Module>;
  identifier(): string;
}

/** What a bundle asks for when it runs: of a list, the first is the module and the rest are properties of it. */
type Request = string | readonly string[];

/** The requests of external modules that a package has to answer; the others are variables, scripts and the like. */
export function externalsOf(modules: Iterable<Module>): readonly string[] {
  return [...modules].flatMap((module) => [...requestsOf(module), ...externalsOf(module.modules ?? [])]);
}

/** Of webpack's `externalsType`s those that Node loads as modules. */
const LOADED = /^(?:commonjs.*|node-commonjs|import|module|module-import|umd2?)$/;

// Such as `external commonjs2 "yaml"|phase=defer`: Rspack tells a request only here. A bar ends it, unless it stands in quotes.
const EXTERNAL = /^external (\S+) ((?:"(?:\\.|[^"\\])*"|[^"|])*)/;

function requestsOf(module: Module): readonly string[] {
  const [, type = '', json = ''] = EXTERNAL.exec(module.identifier()) ?? [];
  if (!LOADED.test(type)) return [];
  const request = requestFor(type, JSON.parse(json)) ?? module.userRequest;
  return request === undefined ? [] : [request].flat().slice(0, 1);
}

/** There may be one for each type; a bundle of the type `umd` asks Node for that of CommonJS. */
function requestFor(type: string, request: Request | Readonly<Record<string, Request>>): Request | undefined {
  if (typeof request === 'string' || Array.isArray(request)) return request as Request;
  const { commonjs, commonjs2 = commonjs, [type]: own = commonjs2 } = request as Readonly<Record<string, Request>>;
  return own;
}
