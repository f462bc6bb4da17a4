import { childAt, type Tree } from '../../tree/index.ts';
import { type LintFinding, layerFinding } from './finding.ts';
import type { LayerEntry, LayerView } from './layer-view.ts';

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
const KEY_HEADER = /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----|^PuTTY-User-Key-File-/;
const LARGEST_KEY = 64 * 1024;
const HEADER = 1024;

/**
 * Files by whose names, or by whose first bytes, they hold a secret. Every layer is looked at, for what a later one removes can still be read; of files whose names
 * may be those of keys, and that are no larger than keys are, the first KiB is read.
 */
export async function* lintSecrets(view: LayerView, merged: Tree | undefined): AsyncGenerator<LintFinding> {
  for (const entry of view.entries) {
    const { path, name, type } = entry;
    if (type !== 'file' || name.kind !== 'ordinary' || view.index.size(entry.entry) === 0) continue;
    const detail = isGone(view, path, merged) ? { detail: 'it is gone from the image, but not from the layer' } : {};
    if (SECRETS.test(path)) yield layerFinding('secret-file', view.layer, { path, ...detail });
    if (KEY_NAME.test(path) && (await holdsKey(view, entry))) yield layerFinding('private-key', view.layer, { path, ...detail });
  }
}

async function holdsKey({ index }: LayerView, { entry }: LayerEntry): Promise<boolean> {
  if (index.size(entry) > LARGEST_KEY) return false;
  return KEY_HEADER.test(new TextDecoder('latin1').decode(await index.body(entry).read(0, HEADER)));
}

function isGone({ layer }: LayerView, path: string, merged: Tree | undefined): boolean {
  return merged !== undefined && childAt(merged.root, path)?.origin !== layer.position;
}
