// Creates folders in places that a person names, which may not be places for folders.
import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** Creates the folders one by one: on some file systems (/proc), mkdir's own recursion never returns. */
export function createFolders(folder: string): void {
  if (existsSync(folder)) return;
  createFolders(dirname(folder));
  mkdirSync(folder);
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'this user has no permission there',
  EPERM: 'this user has no permission there',
  ENOENT: 'a part of its path cannot be created',
  ENOTDIR: 'a part of its path is a file and no folder',
  EEXIST: 'a part of its path is a file and no folder',
  EROFS: 'its file system is read-only',
  ENOSPC: 'its disk is full',
  EDQUOT: 'this user may write no more to its disk',
};

/** Why a folder cannot be used, in words. `cause` is an error of the file system. */
export function describeFolderError(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  return reasons[(cause as NodeJS.ErrnoException).code ?? ''] ?? cause.message;
}

/** Why this process could not write to the folder, or create it where it is missing. It changes nothing. Undefined when it could. */
export function findFolderProblem(path: string): string | undefined {
  let folder = resolve(path);
  while (!existsSync(folder) && folder !== dirname(folder)) folder = dirname(folder);
  if (!statSync(folder).isDirectory()) return reasons.ENOTDIR;
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return undefined;
  } catch (cause) {
    return describeFolderError(cause);
  }
}
