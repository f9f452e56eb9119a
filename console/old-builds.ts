// Removes the builds of earlier sources, which stand beside the present one. It removes nothing else there: a developer who runs the build
// by hand may choose a folder that has other files beside it.
import { readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** A build is named by the hash of its sources: platform/console/bundle.ts. The files of an interrupted one have endings. */
const buildName = /^[0-9a-f]{16}(?:\.unfinished|\.pid)?$/;

export function removeOldBuilds(folder: string): void {
  const [parent, present] = [dirname(folder), basename(folder)];
  for (const name of readdirSync(parent)) {
    if (buildName.test(name) && !name.startsWith(present))
      rmSync(join(parent, name), { recursive: true, force: true });
  }
}
