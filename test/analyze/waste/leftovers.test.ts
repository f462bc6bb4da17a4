import { describe, expect, it } from 'vitest';
import { LEFTOVER_KINDS, leftoverKind } from '../../../src/analyze/index.ts';

const PATHS: Readonly<Record<string, readonly string[]>> = {
  apt: [
    'var/lib/apt/lists/deb_Packages',
    'var/cache/apt/archives/a.deb',
    'var/cache/apt/pkgcache.bin',
    'var/cache/debconf/config.dat-old',
    'var/lib/dpkg/status-old',
  ],
  apk: ['var/cache/apk/APKINDEX.tar.gz', 'etc/apk/cache/a.apk'],
  dnf: ['var/cache/dnf/a', 'var/cache/yum/a', 'var/cache/libdnf5/a', 'var/cache/zypp/a'],
  pacman: ['var/cache/pacman/pkg/a.zst', 'var/lib/pacman/sync/core.db'],
  pip: ['root/.cache/pip/http/a', 'home/ada/.cache/uv/a', 'app/.cache/pypoetry/a'],
  conda: ['opt/conda/pkgs/a', 'root/miniconda3/pkgs/a', 'opt/miniforge3/pkgs/a', 'opt/anaconda3/pkgs/a', 'opt/micromamba/pkgs/a'],
  npm: ['root/.npm/_cacache/a', 'home/node/.npm/_logs/a', 'root/.cache/node-gyp/a'],
  yarn: ['usr/local/share/.cache/yarn/v6/a', 'root/.yarn/berry/cache/a.zip'],
  pnpm: ['root/.local/share/pnpm/store/v3/a', 'root/.cache/pnpm/a'],
  bun: ['root/.bun/install/cache/a'],
  go: ['root/.cache/go-build/00/a', 'go/pkg/mod/cache/download/a', 'root/go/pkg/mod/cache/a'],
  cargo: ['usr/local/cargo/registry/a', 'root/.cargo/git/a'],
  maven: ['root/.m2/repository/a.jar'],
  gradle: ['root/.gradle/caches/a'],
  composer: ['root/.composer/cache/a', 'root/.cache/composer/a'],
  gem: ['usr/local/bundle/cache/rails.gem', 'usr/lib/ruby/gems/3.1.0/cache/a.gem', 'app/vendor/bundle/ruby/3.2.0/cache/a.gem'],
  temporary: ['tmp/a', 'var/tmp/a/b'],
  log: ['var/log/dpkg.log', 'var/log/apt/term.log'],
  'version-control': ['app/.git/HEAD', '.git/config', 'src/.svn/entries'],
  backup: ['etc/passwd~', 'app/.main.c.swp', 'etc/a.dpkg-old', 'etc/a.rpmsave', 'app/.DS_Store', 'etc/hosts.bak'],
};

const NONE = [
  'usr/bin/apt',
  'var/lib/dpkg/status',
  'var/lib/apt/extended_states',
  'srv/tmp/a',
  'app/log/a',
  'app/.gitignore',
  'app/.github/a',
  'app/.yarn/cache/a.zip', // what an application without node_modules runs from
  'root/.cache/ms-playwright/chromium',
  'usr/lib/python3/__pycache__/a.pyc',
  'go/pkg/mod/golang.org/x/a',
  'usr/share/doc/a',
  'app/pkgs/a',
  'app/cache/a',
];

describe('leftovers', () => {
  it.each(Object.entries(PATHS))('of %s', (kind, paths) => expect(paths.map(leftoverKind)).toEqual(paths.map(() => kind)));
  it('have an example of every kind here', () => expect(Object.keys(PATHS)).toEqual(LEFTOVER_KINDS));
  it.each(NONE)('%s is none', (path) => expect(leftoverKind(path)).toBeUndefined());
});
