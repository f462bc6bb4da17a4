import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { familiarReference, formatReference, parseReference, withDefaultTag } from '../../src/oci/index.ts';
import { codeOf, DIGEST_A, errorOf } from './documents.ts';

const hex = 'a'.repeat(64);

describe('parseReference', () => {
  // text, in full, as people write it
  const references: readonly [string, string, string][] = [
    ['alpine', 'docker.io/library/alpine', 'alpine'],
    ['alpine:3.20', 'docker.io/library/alpine:3.20', 'alpine:3.20'],
    [`alpine@${DIGEST_A}`, `docker.io/library/alpine@${DIGEST_A}`, `alpine@${DIGEST_A}`],
    [`alpine:3@${DIGEST_A}`, `docker.io/library/alpine:3@${DIGEST_A}`, `alpine:3@${DIGEST_A}`],
    ['library/alpine', 'docker.io/library/alpine', 'alpine'],
    ['docker.io/alpine', 'docker.io/library/alpine', 'alpine'],
    ['index.docker.io/library/alpine:x', 'docker.io/library/alpine:x', 'alpine:x'],
    ['user/app', 'docker.io/user/app', 'user/app'],
    ['docker.io/user/app', 'docker.io/user/app', 'user/app'],
    ['library/a/b', 'docker.io/library/a/b', 'library/a/b'],
    ['localhost/app', 'localhost/app', 'localhost/app'],
    ['localhost:5000/app:1', 'localhost:5000/app:1', 'localhost:5000/app:1'],
    ['localhost', 'docker.io/library/localhost', 'localhost'],
    ['host:5000/a/b/c', 'host:5000/a/b/c', 'host:5000/a/b/c'],
    ['HOST/app', 'HOST/app', 'HOST/app'],
    ['ghcr.io/o/r-e_p.o__x---y:V1_.-', 'ghcr.io/o/r-e_p.o__x---y:V1_.-', 'ghcr.io/o/r-e_p.o__x---y:V1_.-'],
    ['[::1]:5000/app', '[::1]:5000/app', '[::1]:5000/app'],
    ['127.0.0.1/app', '127.0.0.1/app', '127.0.0.1/app'],
    ['docker.io/foo.bar/x', 'docker.io/foo.bar/x', 'docker.io/foo.bar/x'],
    ['docker.io/localhost/x', 'docker.io/localhost/x', 'docker.io/localhost/x'],
    [`docker.io/library/${hex}`, `docker.io/library/${hex}`, `docker.io/library/${hex}`],
    [`alpine:${'t'.repeat(128)}`, `docker.io/library/alpine:${'t'.repeat(128)}`, `alpine:${'t'.repeat(128)}`],
  ];
  it.each(references)('completes %s to %s and shortens it to %s', (text, full, familiar) => {
    const reference = parseReference(text);
    expect(formatReference(reference)).toBe(full);
    expect(familiarReference(reference)).toBe(familiar);
    expect(parseReference(full)).toEqual(reference);
    expect(parseReference(familiar)).toEqual(reference);
  });

  it('takes a reference apart', () => {
    expect(parseReference(`r.example:5000/a/b:v1@${DIGEST_A}`)).toEqual({ domain: 'r.example:5000', path: 'a/b', tag: 'v1', digest: DIGEST_A });
    expect(parseReference('a')).toEqual({ domain: 'docker.io', path: 'library/a' });
  });

  const faults: readonly [string, string][] = [
    ['', 'is no name of a repository'],
    [':tag', 'is no name of a repository'],
    ['@sha256:x', '"sha256:x" is no digest'],
    ['Alpine', 'is in lower case'],
    ['host.io/App', 'is in lower case'],
    ['alpine:', '"" is no tag'],
    ['alpine:-x', '"-x" is no tag'],
    ['alpine:a b', '"a b" is no tag'],
    ['alpine:a:b', '"a:b" is no tag'],
    [`alpine:${'t'.repeat(129)}`, 'is no tag'],
    ['alpine@', '"" is no digest'],
    ['alpine@sha256:abc', '"sha256:abc" is no digest'],
    [`alpine@${DIGEST_A}@${DIGEST_A}`, 'is no digest'],
    ['a//b', 'is no name of a repository'],
    ['/a', 'is no name of a repository'],
    ['a/', 'is no name of a repository'],
    ['host.io/', 'is no name of a repository'],
    ['a..b', 'is no name of a repository'],
    ['a___b', 'is no name of a repository'],
    ['-a', 'is no name of a repository'],
    ['a-', 'is no name of a repository'],
    ['../../etc/passwd', '".." is no host'],
    ['-host.io/a', '"-host.io" is no host'],
    ['host.io:x/a', '"host.io:x" is no host'],
    ['https://host.io/a', '"https:" is no host'],
    ['é', 'is no name of a repository'],
    ['a\n', 'is no name of a repository'],
    [hex, 'it is an image ID; write it as sha256:…'],
    [`host.io/${'a'.repeat(256)}`, 'at most 255 characters'],
  ];
  it.each(faults)('refuses %j', (text, reason) => {
    const error = errorOf(() => parseReference(text));
    expect(error.code).toBe('REFERENCE_INVALID');
    expect(error.message).toContain(reason);
  });

  it('gives the same reference from every form of it', () => {
    const part = fc.stringMatching(/^[a-z0-9]+([._-][a-z0-9]+)?$/);
    const domain = fc.constantFrom('', 'docker.io/', 'ghcr.io/', 'localhost:5000/', 'HOST/');
    const tag = fc.oneof(fc.constant(''), fc.stringMatching(/^:\w[\w.-]{0,20}$/));
    fc.assert(
      fc.property(domain, fc.array(part, { minLength: 1, maxLength: 3 }), tag, fc.constantFrom('', `@${DIGEST_A}`), (host, path, label, digest) => {
        const reference = parseReference(host + path.join('/') + label + digest);
        expect(parseReference(formatReference(reference))).toEqual(reference);
        expect(parseReference(familiarReference(reference))).toEqual(reference);
        expect(familiarReference(reference).length).toBeLessThanOrEqual(formatReference(reference).length);
      }),
    );
  });

  it('answers at once to long and hostile texts', () => {
    for (const text of [
      'a'.repeat(1e6),
      `${'a-'.repeat(5e5)}`,
      `${'a.'.repeat(5e5)}/`,
      '-'.repeat(1e6),
      `${'a/'.repeat(5e5)}`,
      `A${'a'.repeat(1e6)}!/x`,
    ])
      expect(codeOf(() => parseReference(text))).toBe('REFERENCE_INVALID');
  }, 2000);
});

describe('withDefaultTag', () => {
  it('says latest where nothing else is said', () => {
    expect(['a', 'a:1', `a@${DIGEST_A}`].map((text) => familiarReference(withDefaultTag(parseReference(text))))).toEqual([
      'a:latest',
      'a:1',
      `a@${DIGEST_A}`,
    ]);
  });
});
