/**
 * What a line is about, the text of a `.dockerignore`, a context, and what of it an image gets. Held against Docker: the command 28.2.2 with the builder of
 * engine 20.10, and BuildKit's filter (fsutil a72de9d with patternmatcher 0.6.1), which agree on all rows but the one that says so.
 */
export const LEAVES: readonly (readonly [name: string, text: string, paths: readonly string[], left: readonly string[]])[] = [
  // Lines
  ['all, where it is empty', '', ['a', 'd/'], ['a', 'd']],
  ['all but what is named, comments and blanks aside', '# none\n\na\n', ['a', 'b'], ['b']],
  ['a name with a number sign behind a space', ' #a', ['#a', 'b'], ['b']],
  ['spaces around a line are none of it', '  a b\t \n', ['a b', 'a'], ['a']],
  ['lines of Windows', 'a\r\n# b\r\n!c\r\n', ['a', 'b', 'c'], ['b', 'c']],
  ['a byte-order mark', '\uFEFFa\n', ['a', 'b'], ['b']],
  ['a byte-order mark before a comment', '\uFEFF#a', ['#a', 'a'], ['#a', 'a']],
  ['no line end at the end', 'a\nb', ['a', 'b', 'c'], ['c']],

  // Plain names
  ['nothing of a directory that is named', 'd', ['d/x', 'd/e/y', 'z'], ['z']],
  ['what only a part of a name matches', 'node_modules', ['node_modules/a', 'node_modules2/a'], ['node_modules2', 'node_modules2/a']],
  ['a name elsewhere', 'a', ['a', 'd/a'], ['d', 'd/a']],
  ['an empty directory that no line names', 'f', ['e/', 'f/'], ['e']],
  ['names in their case', 'readme', ['README', 'Readme', 'readme'], ['README', 'Readme']],
  ['letters beyond ASCII', 'ä*', ['äb', 'Äb', '文'], ['Äb', '文']],

  // Paths are cleaned
  ['a slash at the end', 'd/', ['d/x', 'e'], ['e']],
  ['a slash at the end, of a file', 'a/', ['a', 'b'], ['b']],
  ['a slash in front', '/a', ['a', 'd/a'], ['d', 'd/a']],
  ['slashes in front', '//a', ['a', 'b'], ['b']],
  ['a dot in front', './a', ['a', 'b'], ['b']],
  ['the folder itself', '.', ['a'], ['a']],
  ['the root', '/', ['a'], ['a']],
  ['the folder above', '..', ['a'], ['a']],
  ['a path that leaves the folder', '../a', ['a'], ['a']],
  ['a path above the root', '/../a', ['a', 'b'], ['b']],
  ['two dots within', 'd/../a//b/./c', ['a/b/c', 'd/x'], ['a', 'a/b', 'd', 'd/x']],
  ['two dots behind what would match', '*/../a', ['a', 'b'], ['b']],

  // One level
  ['one level for one asterisk', '*/x.tmp', ['x.tmp', 'd/x.tmp', 'd/e/x.tmp'], ['d', 'd/e', 'd/e/x.tmp', 'x.tmp']],
  ['everything for one asterisk, hidden files too', '*', ['a', '.b', 'd/c'], []],
  ['an asterisk that is nothing', 'a*', ['a', 'ab', 'ba'], ['ba']],
  ['an asterisk in the middle', 'a*c', ['ac', 'abbc', 'a/c', 'abd'], ['a', 'a/c', 'abd']],
  ['one character for a question mark', 'a?', ['a', 'ab', 'abc', 'a☺'], ['a', 'abc']],
  ['no slash for a question mark', 'a?b', ['a/b', 'axb'], ['a', 'a/b']],

  // Any level
  ['any level for two asterisks', '**/*.tmp', ['x.tmp', 'd/x.tmp', 'd/e/x.tmp'], ['d', 'd/e']],
  ['a name at any level', '**/a', ['a', 'd/a', 'd/e/a/x', 'ba'], ['ba', 'd', 'd/e']],
  ['everything for two asterisks', '**', ['a', 'd/b'], []],
  ['everything for four', '**/**', ['a', 'd/b'], []],
  ['all in a directory, which stays if it is empty', 'd/**', ['d/e/x', 'f/', 'dx'], ['d', 'dx', 'f']],
  ['any level in the middle', 'a/**/z', ['a/z', 'a/b/z', 'a/b/c/z', 'az'], ['a', 'a/b', 'a/b/c', 'az']],
  ['an ending', '**.md', ['a.md', '.md', 'd/b.md', 'a.mdx'], ['a.mdx', 'd']],
  ['an ending without a dot', '**a', ['a', 'ba', 'd/ba', 'ab'], ['ab', 'd']],
  ['no ending, where more is special', '**a?', ['ab', 'd/ac', 'bab'], ['bab', 'd']],
  ['a beginning', 'a**', ['a', 'ab', 'ac/b', 'ba'], ['ba']],
  ['asterisks glued on both sides', 'a**b', ['ab', 'a/b', 'ax/b', 'axb', 'a/x/b'], ['a', 'a/x', 'ax', 'axb']],
  ['three asterisks', '***', ['a', 'd/b'], []],

  // Characters that mean something elsewhere
  ['parentheses', '(admin)', ['(admin)/f', 'admin/f'], ['admin', 'admin/f']],
  ['parentheses are no group', '(a)', ['(a)', 'a'], ['a']],
  ['parentheses at any level', '**/(admin)/f', ['app/(admin)/f', 'app/admin/f'], ['app', 'app/(admin)', 'app/admin', 'app/admin/f']],
  ['a plus', 'a+b', ['a+b', 'aab', 'ab'], ['aab', 'ab']],
  ['a plus beside an asterisk', 'a+*', ['a+b', 'aab'], ['aab']],
  ['braces', '{x}', ['{x}', 'x'], ['x']],
  ['braces do not choose', '*.{js,ts}', ['a.js', 'a.ts', 'a.{js,ts}'], ['a.js', 'a.ts']],
  ['a dot', 'a.b', ['a.b', 'axb'], ['axb']],
  ['a dot beside an asterisk', '*.b', ['a.b', 'axb'], ['axb']],
  ['a dollar, a bar and a bracket', '*$|]', ['a$|]', 'a'], ['a']],
  ['a circumflex', '^a', ['^a', 'a'], ['a']],
  ['an exclamation mark that is not the first', 'a!', ['a!', 'a'], ['a']],
  ['spaces in names', 'my files/*.txt', ['my files/a.txt', 'my/files'], ['my', 'my/files', 'my files']],

  // Escapes
  ['an escaped asterisk', 'a\\*b', ['a*b', 'axb'], ['axb']],
  ['an escaped bracket', '\\[a]', ['[a]', 'a'], ['a']],
  ['an escaped number sign', '\\#a', ['#a', 'a'], ['a']],
  ['an escaped exclamation mark', '\\!a', ['!a', 'a'], ['a']],
  ['an escaped backslash', 'a\\\\', ['a\\', 'a'], ['a']],

  // Classes
  ['one of a class', '[ab]c', ['ac', 'bc', 'cc', '[ab]c'], ['[ab]c', 'cc']],
  ['a range', 'a[b-d]e', ['ace', 'aae', 'ae', 'a-e'], ['a-e', 'aae', 'ae']],
  ['a range of capitals', '[A-C]', ['A', 'a', 'B'], ['a']],
  ['none of a class', 'a[^b-d]e', ['aze', 'ace'], ['ace']],
  ['a circumflex in a class', '[a^]', ['a', '^', 'b'], ['b']],
  ['an escaped bracket in a class', '[\\]x]', [']', 'x', '\\'], ['\\']],
  ['an escaped hyphen in a class', '[a\\-c]', ['a', '-', 'b', 'c'], ['b']],
  ['characters of expressions in a class', '[.+(]', ['.x', '+', '(', 'a'], ['.x', 'a']],
  ['a class beside asterisks', '**/[ab]*', ['ax', 'd/bx', 'd/cx'], ['d', 'd/cx']],

  // What is brought back
  ['what is brought back, with the directories to it', 'd\n!d/e/y', ['d/x', 'd/e/y', 'd/e/w'], ['d', 'd/e', 'd/e/y']],
  ['a directory that is brought back', 'd\n!d/e', ['d/x', 'd/e/y'], ['d', 'd/e', 'd/e/y']],
  ['by the last line that matches', '*.md\n!a.md\na.md', ['a.md', 'b.md'], []],
  ['in the order of lines', '!a.md\n*.md', ['a.md'], []],
  ['an exception of the exception', '**\n!util/web\nutil/web/foo', ['util/web/foo', 'util/web/bar', 'x'], ['util', 'util/web', 'util/web/bar']],
  ['all but one', '*\n!a', ['a', 'b', 'd/a'], ['a']],
  ['all but one, with a slash in front', '*\n!/d/a', ['a', 'd/a', 'd/b'], ['d', 'd/a']],
  ['a space behind the mark', '*\n! a', ['a', 'b'], ['a']],
  ['a mark behind a slash', '*\n/!a', ['!a', 'a', 'b'], ['a']],
  ['two marks', '*\n!!a', ['!a', 'a', 'b'], ['!a']],
  ['by an asterisk', 'd/*\n!d/*.md', ['d/a.md', 'd/b'], ['d', 'd/a.md']],
  ['not by a directory whose contents alone were named', 'a/b\n!a', ['a/b', 'a/c'], ['a', 'a/c']],
  [
    'at any level (the old builder does not look into directories that no exception begins with)',
    'd\n!**/y',
    ['d/e/y', 'd/x'],
    ['d', 'd/e', 'd/e/y'],
  ],
  ['itself, if it is named', '.dockerignore\nsecret', ['.dockerignore', 'secret', 'a'], ['a']],
];

/**
 * By the rules that Docker states (those of filepath.Match) and not by what it makes of them: it puts `{`, `|`, `^`, escaped letters, and the asterisks of classes
 * into a regular expression as they are.
 */
export const STATED: typeof LEAVES = [
  ['braces do not count', 'a{2}*', ['aa', 'a{2}'], ['aa']],
  ['a bar does not choose', '*a|b', ['xa', 'xa|b', 'b'], ['b', 'xa']],
  ['a circumflex stands for itself', '^a*', ['^ab', 'ab'], ['ab']],
  ['an asterisk in a class', '[*]', ['*', 'a', '[]'], ['[]', 'a']],
  ['a question mark in a class', '[?]', ['?', 'a'], ['a']],
  ['an escaped letter', '\\d*', ['d1', '1'], ['1']],
];
