// DATA_DIR: everything that stays on this machine between two starts. One process at a time may use it.
import { createHmac, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { isAlive } from './process.ts';

export interface DataFolder {
  /** PostgreSQL's part of it. */
  postgres: string;
  /** A password that is the same at every start: derived from one random secret that never leaves the folder. */
  passwordOf: (name: string) => string;
  /** Lets the next process in. */
  release: () => void;
}

/** DATA_DIR cannot be used. The message is one sentence that says what to do. */
export class DataFolderError extends Error {
  override name = 'DataFolderError';
}

/** Claims the folder, creating it when it is missing. Throws DataFolderError. */
export function claimDataFolder(path: string, options: { fresh: boolean }): DataFolder {
  const folder = resolve(path);
  const claim = join(folder, 'used-by.pid');
  if (process.platform !== 'win32') refuseShellCharacters(folder);
  try {
    makeFolders(folder);
    refuseSecondUser(folder, claim);
    writeFileSync(claim, String(process.pid));
    // Only what we made ourselves: DATA_DIR may by mistake be a folder with other things in it.
    if (options.fresh) rmSync(join(folder, 'sandbox-provider'), { recursive: true, force: true });
    return { ...contentsOf(folder), release: () => rmSync(claim, { force: true }) };
  } catch (cause) {
    if (cause instanceof DataFolderError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DataFolderError(
      `The data folder ${folder} cannot be used: ${reason}. Allow writing there, or set DATA_DIR to a folder where you may write.`,
      { cause },
    );
  }
}

/** One by one: some file systems (/proc) never answer mkdir's own recursion. */
function makeFolders(folder: string): void {
  if (existsSync(folder)) return;
  makeFolders(dirname(folder));
  mkdirSync(folder);
}

/** pg_ctl hands its paths to a shell, inside double quotes: what a shell would change there cannot be a path. */
function refuseShellCharacters(folder: string): void {
  const found = /["$`\\\n]/.exec(folder);
  if (found === null) return;
  throw new DataFolderError(
    `${folder} contains the character ${JSON.stringify(found[0])}, which PostgreSQL's start cannot take. Set DATA_DIR to another folder.`,
  );
}

/** The folder for reading, beside the process that has claimed it: null when none has. */
export function claimedDataFolder(path: string): Omit<DataFolder, 'release'> | null {
  const folder = resolve(path);
  return userOf(join(folder, 'used-by.pid')) === null ? null : contentsOf(folder);
}

function contentsOf(folder: string): Omit<DataFolder, 'release'> {
  const secret = readSecret(join(folder, 'secret'));
  return {
    postgres: join(folder, 'postgres'),
    passwordOf: (name) => createHmac('sha256', secret).update(name).digest('base64url'),
  };
}

function refuseSecondUser(folder: string, claim: string): void {
  const pid = userOf(claim);
  if (pid === null) return;
  throw new DataFolderError(
    `${folder} is in use by another Tributary (process ${pid}). Stop that one, or set DATA_DIR to another folder.`,
  );
}

/** Who uses the folder now; null when nobody does, or whoever did is gone (kill -9). */
function userOf(claim: string): number | null {
  if (!existsSync(claim)) return null;
  const pid = Number(readFileSync(claim, 'utf8'));
  return pid !== process.pid && isAlive(pid, 'commands/') ? pid : null;
}

function readSecret(file: string): string {
  if (!existsSync(file)) writeFileSync(file, randomBytes(32).toString('base64url'), { mode: 0o600 });
  return readFileSync(file, 'utf8');
}
