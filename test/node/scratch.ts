import { spawnSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A new folder that is gone when the test is. */
export function scratch(): string {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'lading-test-')));
  onTestFinished(() => {
    spawnSync('chmod', ['-R', 'u+rwX', path]); // some tests leave folders that their owner may not enter
    rmSync(path, { recursive: true, force: true });
  });
  return path;
}
