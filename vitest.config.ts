import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (path: string): string => fileURLToPath(new URL(`./src/${path}`, import.meta.url));

// The seams of package.json's `imports`, by their Node side and in the sources.
export default defineConfig({
  resolve: { alias: { '#hash': source('node/hash.ts'), '#zlib': source('node/zlib.ts'), '#host': source('node/host.ts') } },
  test: { include: ['test/**/*.test.ts'], globalSetup: 'scripts/ensure-built.mjs', testTimeout: 60_000 },
});
