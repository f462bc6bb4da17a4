import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A new folder that is gone when the test is. */
export function scratch(): string {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'lading-test-')));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}
