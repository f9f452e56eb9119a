// Creates folders in places that a person names, which may not be places for folders.
import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/** Creates the folders one by one: on some file systems (/proc), mkdir's own recursion never returns. */
export function createFolders(folder: string): void {
  if (existsSync(folder)) return;
  createFolders(dirname(folder));
  mkdirSync(folder);
}
