// PostgreSQL refuses to run as root. Started by root, it runs as an unprivileged user that every system has, in places
// which that user can reach. Started by anybody else, nothing of this applies.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chownSync, cpSync, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface User {
  uid: number;
  gid: number;
}

/** Whom PostgreSQL runs as: null for "as ourselves". Throws when root finds no unprivileged user. */
export function unprivilegedUser(): User | null {
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

/** True when users without rights of their own may enter every folder on the way. */
export function isReachable(path: string): boolean {
  for (let folder = path; ; folder = dirname(folder)) {
    if (existsSync(folder) && (statSync(folder).mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}

/**
 * Where PostgreSQL's own folder goes. A checkout below /root is closed to others; the data then lies in /var/tmp, in a
 * folder named after the one that was asked for.
 */
export function reachableFolder(wanted: string, user: User | null): string {
  if (user === null || isReachable(dirname(wanted))) return wanted;
  const name = createHash('sha256').update(wanted).digest('hex').slice(0, 12);
  const place = join('/var/tmp', `tributary-${name}`);
  refuseForeign(place);
  return join(place, 'postgres');
}

/** The same for its programs: copied once, since a package below /root cannot be run by others either. */
export function reachablePrograms(folder: string, version: string, user: User | null): string {
  if (user === null || isReachable(folder)) return folder;
  const copy = join('/var/tmp', `tributary-postgresql-${version}`);
  refuseForeign(copy);
  if (existsSync(copy)) return copy;
  // Copied aside and renamed, so that an interrupted copy is never taken for a whole one.
  const aside = `${copy}.${process.pid}`;
  rmSync(aside, { recursive: true, force: true });
  cpSync(folder, aside, { recursive: true, verbatimSymlinks: true });
  try {
    renameSync(aside, copy);
  } catch (cause) {
    // Another start was faster: its copy is as good as ours.
    rmSync(aside, { recursive: true, force: true });
    if (!existsSync(copy)) throw cause;
  }
  return copy;
}

/** /var/tmp is everybody's: what somebody else has put there under our name is neither run nor trusted with data. */
function refuseForeign(path: string): void {
  if (!existsSync(path) || statSync(path).uid === process.getuid?.()) return;
  throw new Error(
    `${path} belongs to another user; remove it, or move the project to a folder that others may enter`,
  );
}

/** Creates a folder that only the given user (or we ourselves) may enter. */
export function privateFolder(path: string, user: User | null): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  if (user !== null) chownSync(path, user.uid, user.gid);
}
