// DATA_DIR, the folder of everything that this machine keeps between two starts. Only one process at a time may use it.
import { createHmac, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createFolders, describeFolderError } from '../platform/process/folders.ts';
import { isAlive } from '../platform/process/is-alive.ts';

export interface DataFolder {
  /** The folder of PostgreSQL. */
  postgres: string;
  /** Derives a role's password from a random secret that stays in the folder, so that it is the same at every start. */
  derivePassword: (name: string) => string;
  /** Ends the claim, so that the next process may use the folder. */
  release: () => void;
}

/** DATA_DIR cannot be used. The message says what to do. */
export class DataFolderError extends Error {
  override name = 'DataFolderError';
}

/** Claims the folder, and creates it when it is missing. Throws DataFolderError. */
export function claimDataFolder(path: string, options: { fresh: boolean }): DataFolder {
  const folder = resolve(path);
  const claim = join(folder, 'used-by.pid');
  if (process.platform !== 'win32') refuseShellCharacters(folder);
  try {
    createFolders(folder);
    refuseSecondUser(folder, claim);
    writeFileSync(claim, String(process.pid));
    // DATA_DIR may by mistake be a folder with other files, so only Tributary's own folder is deleted.
    if (options.fresh) rmSync(join(folder, 'sandbox-provider'), { recursive: true, force: true });
    return { ...openContents(folder), release: () => rmSync(claim, { force: true }) };
  } catch (cause) {
    throw toDataFolderError(folder, cause);
  }
}

function toDataFolderError(folder: string, cause: unknown): DataFolderError {
  if (cause instanceof DataFolderError) return cause;
  return new DataFolderError(
    `The data folder ${folder} cannot be used: ${describeFolderError(cause)}. Allow writing there, or set DATA_DIR to a folder where you may write.`,
    { cause },
  );
}

/** pg_ctl passes its paths to a shell in double quotes, so a path must not contain characters that the shell expands. */
function refuseShellCharacters(folder: string): void {
  const found = /["$`\\\n]/.exec(folder);
  if (found === null) return;
  throw new DataFolderError(
    `${folder} contains the character ${JSON.stringify(found[0])}, which PostgreSQL's start cannot take. Set DATA_DIR to another folder.`,
  );
}

/** The folder that another process has claimed, for reading; null when no process has claimed it. Throws DataFolderError. */
export function findClaimedDataFolder(path: string): Omit<DataFolder, 'release'> | null {
  const folder = resolve(path);
  try {
    return findUser(join(folder, 'used-by.pid')) === null ? null : openContents(folder);
  } catch (cause) {
    throw toDataFolderError(folder, cause);
  }
}

function openContents(folder: string): Omit<DataFolder, 'release'> {
  const secret = readSecret(join(folder, 'secret'));
  return {
    postgres: join(folder, 'postgres'),
    derivePassword: (name) => createHmac('sha256', secret).update(name).digest('base64url'),
  };
}

function refuseSecondUser(folder: string, claim: string): void {
  const pid = findUser(claim);
  if (pid === null) return;
  throw new DataFolderError(
    `${folder} is in use by another Tributary (process ${pid}). Stop that one, or set DATA_DIR to another folder.`,
  );
}

/** The process that uses the folder; null when there is none, or when it was killed and left its claim. */
function findUser(claim: string): number | null {
  if (!existsSync(claim)) return null;
  const pid = Number(readFileSync(claim, 'utf8'));
  return pid !== process.pid && isAlive(pid, 'commands/') ? pid : null;
}

function readSecret(file: string): string {
  if (!existsSync(file)) writeFileSync(file, randomBytes(32).toString('base64url'), { mode: 0o600 });
  return readFileSync(file, 'utf8');
}
