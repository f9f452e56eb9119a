// PostgreSQL refuses to run as root. When root starts it, it runs as an unprivileged user that every system has, in folders that
// this user can reach. For every other user, these functions change nothing.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chownSync, cpSync, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface User {
  uid: number;
  gid: number;
}

/** The user that PostgreSQL runs as; null for the current user. Throws when root finds no unprivileged user. */
export function findUnprivilegedUser(): User | null {
  if (process.getuid?.() !== 0) return null;
  for (const name of ['postgres', 'nobody']) {
    const [uid, gid] = ['-u', '-g'].map((flag) =>
      Number(spawnSync('id', [flag, name], { encoding: 'utf8' }).stdout),
    );
    if (uid && gid) return { uid, gid };
  }
  throw new Error(
    'PostgreSQL does not run as root, and there is no user "postgres" or "nobody" to run it as; add one',
  );
}

/** True when every user may enter all folders of the path. */
export function isReachable(path: string): boolean {
  for (let folder = path; ; folder = dirname(folder)) {
    if (existsSync(folder) && (statSync(folder).mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}

/**
 * The folder of PostgreSQL's files. Other users cannot enter a checkout below /root, so the data is then in /var/tmp, in a folder
 * whose name is derived from the requested path.
 */
export function findReachableFolder(wanted: string, user: User | null): string {
  if (user === null || isReachable(dirname(wanted))) return wanted;
  const name = createHash('sha256').update(wanted).digest('hex').slice(0, 12);
  const place = join('/var/tmp', `tributary-${name}`);
  refuseForeignOwner(place);
  return join(place, 'postgres');
}

/** The folder of its programs. Programs that the user cannot reach are copied to /var/tmp once. */
export function provideReachablePrograms(folder: string, version: string, user: User | null): string {
  if (user === null || isReachable(folder)) return folder;
  const copy = join('/var/tmp', `tributary-postgresql-${version}`);
  refuseForeignOwner(copy);
  if (existsSync(copy)) return copy;
  // The copy is renamed at the end, so that an interrupted copy is never used.
  const temporary = `${copy}.${process.pid}`;
  rmSync(temporary, { recursive: true, force: true });
  cpSync(folder, temporary, { recursive: true, verbatimSymlinks: true });
  try {
    renameSync(temporary, copy);
  } catch (cause) {
    // Another start has finished the same copy first.
    rmSync(temporary, { recursive: true, force: true });
    if (!existsSync(copy)) throw cause;
  }
  return copy;
}

/** Every user may write to /var/tmp: a folder of another user is neither run nor trusted with data. */
function refuseForeignOwner(path: string): void {
  if (!existsSync(path) || statSync(path).uid === process.getuid?.()) return;
  throw new Error(
    `${path} belongs to another user; remove it, or move the project to a folder that others may enter`,
  );
}

/** Creates a folder that only the given user may enter, or the current user when there is none. */
export function createPrivateFolder(path: string, user: User | null): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  if (user !== null) chownSync(path, user.uid, user.gid);
}
