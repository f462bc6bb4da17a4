import { collect } from '../../stream/index.ts';
import { type LintFinding, layerFinding } from './finding.ts';
import type { LayerEntry, LayerView } from './layer-view.ts';
import type { LintCode } from './rules.ts';
import type { VisibleFiles } from './visible.ts';

// Where programs look for credentials: the name alone says what the file is for.
const SECRETS: RegExp = new RegExp(
  `(?:^|/)(?:${[
    '\\.aws/credentials',
    '\\.azure/(?:accessTokens|msal_token_cache)\\.json',
    '\\.config/gcloud/(?:application_default_credentials\\.json|credentials\\.db)',
    '\\.config/gh/hosts\\.yml',
    '\\.docker/config\\.json',
    '\\.dockercfg',
    '\\.env',
    '\\.git-credentials',
    '\\.kube/config',
    '\\.netrc',
    '\\.npmrc',
    '\\.pgpass',
    '\\.pypirc',
    '\\.vault-token',
    '\\.htpasswd',
    'terraform\\.tfstate',
  ].join('|')})$`,
);

const KEY_NAME = /(?:^|\/)(?:id_(?:rsa|dsa|ecdsa|ed25519)|[^/]*_key|[^/]*\.(?:pem|key|p8|ppk|priv))$/;

// What a distribution or a package manager installs: most files of an image, and hardly ever a secret. In a compressed layer they come after most others, so
// not looking into them mostly spares unpacking the layer again.
const INSTALLED: RegExp = new RegExp(
  [
    '^(?:bin|boot|lib(?:32|64|x32)?|sbin)/',
    '^usr/(?!src/|local/etc/)',
    '^var/(?!www/)',
    '(?:^|/)(?:node_modules|site-packages|dist-packages|vendor|gems|\\.git)/',
  ].join('|'),
);

// A header has its line to itself, or is in a string with the key: source code that only knows headers is not meant.
const KEY_HEADER = /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----[ \t]*(?:\r?\n|$|(?:\\r)?\\n[A-Za-z0-9+/])|^PuTTY-User-Key-File-/;
const LARGEST_KEY = 64 * 1024;

/**
 * Files by whose names, or by whose content, they hold a secret. Every layer is looked at, for what a later one removes can still be read. The headers of
 * private keys are looked for in text of up to 64 KiB: under names that keys have, and in all that nobody installed.
 */
export async function* lintSecrets(view: LayerView, visible: VisibleFiles | undefined): AsyncGenerator<LintFinding> {
  for (const entry of view.entries) {
    const { path, name, type } = entry;
    if (type !== 'file' || name.kind !== 'ordinary' || view.index.size(entry.entry) === 0) continue;
    const codes: LintCode[] = SECRETS.test(path) ? ['secret-file'] : [];
    if (mayHoldKey(view, entry) && (await holdsKey(view, entry))) codes.push('private-key');
    if (codes.length === 0) continue;
    const isGone = visible !== undefined && !(await visible.haveContent(view, entry));
    const detail = isGone ? { detail: 'it is gone from the image, but not from the layer' } : {};
    for (const code of codes) yield layerFinding(code, view.layer, { path, ...detail });
  }
}

function mayHoldKey({ index }: LayerView, { entry, path }: LayerEntry): boolean {
  return index.size(entry) <= LARGEST_KEY && (KEY_NAME.test(path) || !INSTALLED.test(path));
}

async function holdsKey({ index }: LayerView, { entry }: LayerEntry): Promise<boolean> {
  const text = new TextDecoder('latin1').decode(await collect(index.body(entry).stream(), index.size(entry)));
  return KEY_HEADER.test(text) && !text.includes('\0');
}
