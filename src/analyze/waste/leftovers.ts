/**
 * What building leaves behind and running does not need, by the tool that left it. A rule stands here if the tool itself calls the files a cache or a log,
 * or its manual says how to clear them, and makes them anew where they are missing. Byte code of Python (`*.pyc`) does not: without it every start is
 * slower. Neither do `~/.cache` as a whole, where browsers for tests and models live, nor manuals and sources.
 */
const RULES: readonly (readonly [kind: string, ...patterns: readonly RegExp[]])[] = [
  ['apt', /^var\/lib\/apt\/lists\//, /^var\/cache\/apt\//, /^var\/cache\/debconf\/[^/]+-old$/, /^var\/lib\/dpkg\/[^/]+-old$/],
  ['apk', /^var\/cache\/apk\//, /^etc\/apk\/cache\//],
  ['dnf', /^var\/cache\/(dnf|yum|libdnf5|zypp)\//],
  ['pacman', /^var\/cache\/pacman\/pkg\//, /^var\/lib\/pacman\/sync\//],
  ['pip', /(^|\/)\.cache\/(pip|uv|pypoetry|pipenv)\//],
  ['conda', /(^|\/)(ana|mini|micro|mamba)?(conda|forge|mamba)3?\/pkgs\//],
  ['npm', /(^|\/)\.npm\/(_cacache|_logs|_npx)\//, /(^|\/)\.cache\/node-gyp\//],
  ['yarn', /(^|\/)\.cache\/yarn\//, /(^|\/)\.yarn\/berry\/cache\//],
  ['pnpm', /(^|\/)\.cache\/pnpm\//, /(^|\/)\.local\/share\/pnpm\/store\//],
  ['bun', /(^|\/)\.bun\/install\/cache\//],
  ['go', /(^|\/)\.cache\/go-build\//, /(^|\/)go\/pkg\/mod\/cache\//],
  ['cargo', /(^|\/)\.?cargo\/(registry|git)\//],
  ['maven', /(^|\/)\.m2\/repository\//],
  ['gradle', /(^|\/)\.gradle\/(caches|daemon)\//],
  ['composer', /(^|\/)\.(cache\/composer|composer\/cache)\//],
  ['gem', /(^|\/)(ruby\/\d[^/]*|gems\/\d[^/]*|usr\/local\/bundle)\/cache\/[^/]+\.gem$/],
  ['temporary', /^(var\/)?tmp\//],
  ['log', /^var\/log\//],
  ['version-control', /(^|\/)\.(git|hg|svn|bzr)\//],
  ['backup', /(~|\.sw[op]|\.bak|\.(dpkg|ucf)-(old|dist|new|bak)|\.rpm(save|orig|new)|\.apk-new)$/, /(^|\/)(\.DS_Store|Thumbs\.db)$/],
];

const ANY = new RegExp(
  RULES.flatMap(([, ...patterns]) => patterns)
    .map(({ source }) => source)
    .join('|'),
);

/** What left a file of this path behind, such as `apt` or `npm`; `undefined` for all others. */
export function leftoverKind(path: string): string | undefined {
  if (!ANY.test(path)) return undefined;
  return RULES.find(([, ...patterns]) => patterns.some((pattern) => pattern.test(path)))?.[0];
}

/** All that `leftoverKind` can say. */
export const LEFTOVER_KINDS: readonly string[] = RULES.map(([kind]) => kind);
