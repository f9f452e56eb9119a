// Folders for one test. PostgreSQL runs as another user when we are root, so that others may enter them.
import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export function temporaryFolder(parent = tmpdir()): string {
  const folder = mkdtempSync(join(parent, 'tributary-test-'));
  chmodSync(folder, 0o755);
  return folder;
}
