// Creates folders for one test. When root runs the tests, PostgreSQL runs as another user, so that all users may enter them.
import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export function temporaryFolder(parent = tmpdir()): string {
  const folder = mkdtempSync(join(parent, 'tributary-test-'));
  chmodSync(folder, 0o755);
  return folder;
}
