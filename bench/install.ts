// Installs the packages of bench/ when a run needs them.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';

const lock = join(import.meta.dirname, 'package-lock.json');
/** The file that npm writes at the end of an installation. */
const installed = join(import.meta.dirname, 'node_modules/.package-lock.json');

/** Throws when npm cannot install them. */
export function installPackages(onStep: (step: string) => void): void {
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return;
  onStep("installing the bench's own packages");
  const { status } = spawnSync('npm', ['ci'], { cwd: import.meta.dirname, stdio: 'inherit' });
  if (status !== 0) throw new Error(`npm ci in ${import.meta.dirname} failed; the peers need its packages`);
}
