import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { failure, lading, printed } from './command.ts';
import { makeSamples } from './samples.ts';

const cwd = await makeSamples();
const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
const VERBS = ['inspect', 'ls', 'tree', 'find', 'cat', 'extract', 'export', 'diff', 'lint', 'index'];

describe('the command', () => {
  it.each(['--version', '-V'])('prints its version with %s', (option) => {
    expect(printed([option])).toBe(`${version}\n`);
  });

  it('explains itself', () => {
    const help = printed(['--help']);
    expect(help).toMatch(/^Usage: lading <verb> <image> \[arguments\]\n/);
    for (const verb of VERBS) expect(help).toMatch(new RegExp(`^ {2}${verb} +\\w`, 'm'));
    expect(printed(['-h'])).toBe(help);
    expect(printed(['help'])).toBe(help);
  });

  it('explains itself on standard error where no verb is given', () => {
    expect(lading([])).toEqual({ status: 2, stdout: '', stderr: printed(['--help']) });
  });

  it.each(VERBS)('explains %s with examples of it', (verb) => {
    const help = printed([verb, '--help']);
    expect(help).toMatch(new RegExp(`^Usage: lading ${verb} \\[options\\] <(?:image|before)>`));
    const examples = help.slice(help.indexOf('\nExamples:\n')).match(new RegExp(`lading ${verb} `, 'g'));
    expect(examples?.length).toBeGreaterThanOrEqual(2);
    expect(printed(['help', verb])).toBe(help);
  });

  it('explains ls like this', () => {
    expect(printed(['ls', '--help'])).toMatchInlineSnapshot(`
      "Usage: lading ls [options] <image> [path]

      Lists a directory; with -R everything below it. Names are in byte order.

      Arguments:
        image                  a file, a folder, or - for standard input
        path                   a path in it; !/ steps into an archive

      Options:
        -l, --long             mode, number of names, owner, size and time too
        -R, --recursive        everything below the path, by paths from the root
        --digest               the SHA-256 of each file too (with --json)
        --image <image>        of several images, the one with this tag, position
                               (@N), digest or image ID
        --platform <platform>  the one for os/architecture[/variant]
        --semantics <name>     how layers merge (choices: "overlay", "sequential")
        --at <layer>           the tree as it is after this layer, counted from 0
        --layer <layer>        one layer alone, by its number from 0 or its digest,
                               whiteouts shown
        --json                 print JSON; errors too, on standard error
        -h, --help             explain this verb

      Examples:
        lading ls app.tar
        lading ls -l app.tar etc
        lading ls -R app.tar 'opt/data.tar.gz!/'
        docker export app | lading ls -R --json --digest -
      "
    `);
  });
});

describe('wrong usage', () => {
  it.each([
    [['list', 'app.tar'], /^unknown command 'list'/],
    [['lss', 'app.tar'], /Did you mean ls\?/],
    [['ls'], /^missing required argument 'image'/],
    [['ls', 'app.tar', 'etc', 'bin'], /^too many arguments/],
    [['ls', 'app.tar', '--recursiv'], /^unknown option '--recursiv'\n\(Did you mean --recursive\?\)/],
    [['ls', '--json', ''], /^Cannot open ""/],
    [
      ['export', 'app.tar', '-o', 'x', '--format', 'zip'],
      /^option '--format <dialect>' argument 'zip' is invalid. Allowed choices are ustar, pax, gnu./,
    ],
  ])('%j has status 2 and says what is wrong', (args, message) => {
    const { status, code, message: said } = failure(args, { cwd });
    expect([status, code]).toEqual([2, 'USAGE']);
    expect(said).toMatch(message);
  });

  it('is said in words without --json', () => {
    expect(lading(['ls', '--nope', 'app.tar'], { cwd })).toEqual({ status: 2, stdout: '', stderr: "lading: unknown option '--nope'\n" });
  });
});

describe('errors', () => {
  it('are one line with the name of the command', () => {
    expect(lading(['ls', 'none.tar'], { cwd })).toEqual({
      status: 3,
      stdout: '',
      stderr: 'lading: Cannot open "none.tar": ENOENT: no such file or directory\n',
    });
  });

  it('carry their data in JSON', () => {
    const { status, code, offset, message } = failure(['ls', 'broken.tar'], { cwd });
    expect({ status, code, offset }).toEqual({ status: 3, code: 'TAR_CHECKSUM', offset: 512 });
    expect(message).toMatch(/checksum/);
  });

  it.each(['docker://alpine', 'docker-daemon:alpine'])('tell of %s what to do instead', (image) => {
    expect(failure(['ls', image])).toMatchObject({ status: 3, code: 'TRANSPORT_UNSUPPORTED', message: expect.stringMatching(/docker save/) });
  });

  it.each(['docker-archive', 'oci-archive', 'oci'])('say that a plain tar is no %s', (transport) => {
    expect(failure(['ls', `${transport}:app.tar`], { cwd })).toMatchObject({
      status: 3,
      code: 'INPUT_KIND',
      message: expect.stringMatching(/plain tar/),
    });
  });
});
