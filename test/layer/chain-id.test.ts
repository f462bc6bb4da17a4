import { describe, expect, it } from 'vitest';
import { chainIds } from '../../src/layer/chain-id.ts';

// An image of six layers as dockerd 20.10.24 stored it after `docker build`: its directories image/*/layerdb/sha256/CHAIN_ID hold `diff` and `parent`.
const stored: readonly [diffId: `sha256:${string}`, chainId: `sha256:${string}`][] = [
  [
    'sha256:5d26f4bce34ceb63ab9214962026b54f036cd116d7cd8c0df769ef6a6b16de0e',
    'sha256:5d26f4bce34ceb63ab9214962026b54f036cd116d7cd8c0df769ef6a6b16de0e',
  ],
  [
    'sha256:ae7d6da78bde23fc9eaebfdaa6453d5747d56ca82ec4aa3ea9bc564be95c1681',
    'sha256:ed4cf03c2371464e4b80b7b384b8e3abd933b7e925ef718e66b7d8c64efc7d2d',
  ],
  [
    'sha256:f6cc6c68b608b7b28f5d101f61809174cdaf52453d963b3630527092160dbe78',
    'sha256:32e930ff23303678d2b509beeade10e21d7ca41f6c5d056cdaf2b1895683230d',
  ],
  [
    'sha256:b455c9e1d9b4f284576c87d97c861d46cb648ecc215ae5fa41aa2df609b59458',
    'sha256:a12ee2f1141525e0a24d08e796a2ae567ea50e072da76c8bc3f37072859610cf',
  ],
  [
    'sha256:effa0611d5c80d1df408d4564612f4414bc8bd5b7fe21f7e20b6582c74e7b35e',
    'sha256:677442d7c517b6ab897fc06ee038a5cddaee75bef5caef76be35d5770a2a1213',
  ],
  [
    'sha256:26f4dfa0836eccb32a5e691a487afda580281e2bacc4e83b37ae8a5935539470',
    'sha256:6fde6ccae4b744b678d97035ec12ede4d9ce18bd93c217c2827b4429de633d43',
  ],
];
const diffIds = stored.map(([diffId]) => diffId);

describe('chainIds', () => {
  it('are those under which an engine keeps the layers of an image', () => {
    expect(chainIds(diffIds)).toEqual(stored.map(([, chainId]) => chainId));
  });

  it('depend on the layers below and on none above', () => {
    expect(chainIds(diffIds.slice(0, 3))).toEqual(chainIds(diffIds).slice(0, 3));
    expect(chainIds(diffIds.toReversed()).at(-1)).not.toBe(chainIds(diffIds).at(-1));
  });

  it('tell a layer that occurs twice apart', () => {
    const [first] = diffIds;
    if (!first) throw new Error('no diffID');
    expect(new Set(chainIds([first, first, first])).size).toBe(3);
  });

  it('are none for an image without layers', () => {
    expect(chainIds([])).toEqual([]);
  });

  it('are sha256 whatever the diffIDs are', () => {
    const sha512 = `sha512:${'a'.repeat(128)}` as const;
    expect(chainIds([sha512, sha512])).toEqual([sha512, expect.stringMatching(/^sha256:[0-9a-f]{64}$/)]);
  });
});
