// An embedded PostgreSQL 18 from the binaries of an npm package: initialised once, started on a free port of 127.0.0.1, and
// stopped before this process ends. pg_ctl starts it in a session of its own, so that Ctrl-C does not reach it directly.
import { randomInt } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { describeFolderError } from '../../platform/process/folders.ts';
import { isAlive } from '../../platform/process/is-alive.ts';
import { openGuard } from './guard.ts';
import { ClusterError, findPrograms, getReason, runProgram } from './programs.ts';
import { createPrivateFolder, findReachableFolder, findUnprivilegedUser, type User } from './unprivileged.ts';

export interface Cluster {
  port: number;
  /** The folder of its files. It differs from the requested folder when PostgreSQL's user cannot reach that one. */
  folder: string;
  /** URL of a superuser on database "postgres", for provisioning only. */
  adminUrl: string;
  stop: () => Promise<void>;
}

export interface ClusterOptions {
  /** The folder of its files, which is created when it is missing. */
  folder: string;
  /** The password of the superuser, which must be the same at every start. */
  password: string;
  /** False for tests: without fsync, data does not survive a power cut. */
  durable: boolean;
  /** True to delete the folder first. */
  fresh?: boolean;
}

const majorVersion = '18';

/** Starts the cluster, initialising it first when the folder is empty. Throws ClusterError. */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const user = findUnprivilegedUser();
  const folder = findReachableFolder(options.folder, user);
  const programs = await findPrograms(user);
  if (options.fresh === true) {
    await endOrphan(folder, programs, user);
    rmSync(folder, { recursive: true, force: true });
  }
  if (!existsSync(folder)) await initialise(folder, options, programs, user);
  refuseForeignFolder(folder);
  await endOrphan(folder, programs, user);
  const guard = openGuard(join(folder, 'postmaster.pid'), user);
  const port = await start(folder, options, programs, user).catch((cause: unknown) => {
    guard.release();
    throw cause;
  });
  const lock = readLock(folder);
  if (lock !== null) guard.watch(lock.pid);
  const stopGuarded = async () => {
    await stop(folder, programs, user);
    guard.release();
  };
  await refuseUnusable(folder, buildAdminUrl(options.password, port)).catch(async (cause: unknown) => {
    await stopGuarded();
    throw cause;
  });
  return {
    port,
    folder,
    adminUrl: buildAdminUrl(options.password, port),
    stop: stopGuarded,
  };
}

export function buildAdminUrl(password: string, port: number): string {
  return `postgresql://postgres:${encodeURIComponent(password)}@127.0.0.1:${port}/postgres`;
}

/** A wrong password or a damaged database shows in the first connection only. */
async function refuseUnusable(folder: string, adminUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  try {
    await client.connect();
    await client.end();
  } catch (cause) {
    throw new ClusterError(
      `The PostgreSQL in ${folder} cannot be used: ${getReason(cause)}. ${freshStartHint}`,
      {
        cause,
      },
    );
  }
}

/** The port of the cluster that runs in this folder; null when none runs. */
export function findRunningPort(wanted: string): number | null {
  const lock = readLock(findReachableFolder(wanted, findUnprivilegedUser()));
  return lock !== null && isAlive(lock.pid, 'postgres') ? lock.port : null;
}

async function initialise(folder: string, options: ClusterOptions, programs: string, user: User | null) {
  // initdb writes to a folder beside it, which is renamed at the end: an interrupted initdb leaves no incomplete database.
  const temporary = `${folder}.new`;
  const passwordFile = `${folder}.password`;
  try {
    mkdirSync(dirname(folder), { recursive: true });
    rmSync(temporary, { recursive: true, force: true });
    createPrivateFolder(temporary, user);
    writeFileSync(passwordFile, options.password, { mode: 0o600 });
    if (user !== null) chownSync(passwordFile, user.uid, user.gid);
    const flags = [
      '--username=postgres',
      '--auth=scram-sha-256',
      `--pwfile=${passwordFile}`,
      '--encoding=UTF8',
    ];
    const locale = ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'];
    await runProgram(join(programs, 'initdb'), ['-D', temporary, ...flags, ...locale, '--no-sync'], user);
    renameSync(temporary, folder);
  } catch (cause) {
    throw new ClusterError(
      `PostgreSQL's folder ${folder} cannot be created: ${getReason(cause)}. ${changeFolderHint}`,
      { cause },
    );
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

const changeFolderHint = 'Allow writing there, or set DATA_DIR to a folder where you may write.';
const freshStartHint =
  'Begin anew with: npm start -- --fresh (this deletes the local data), or set DATA_DIR to another folder.';

function refuseForeignFolder(folder: string): void {
  let version: string;
  try {
    version = readFileSync(join(folder, 'PG_VERSION'), 'utf8').trim();
  } catch (cause) {
    const isForbidden = /^(EACCES|EPERM)$/.test((cause as NodeJS.ErrnoException).code ?? '');
    const problem = isForbidden
      ? `${folder} cannot be read: ${describeFolderError(cause)}. ${changeFolderHint}`
      : `${folder} holds no PostgreSQL database that can be read. ${freshStartHint}`;
    throw new ClusterError(problem, { cause });
  }
  if (version !== majorVersion) {
    throw new ClusterError(
      `${folder} belongs to PostgreSQL ${version}, this is ${majorVersion}. ${freshStartHint}`,
    );
  }
}

/** After a kill -9 of its parent, PostgreSQL may still run, or its lock file may name a pid that another program has by now. */
async function endOrphan(folder: string, programs: string, user: User | null): Promise<void> {
  const lock = readLock(folder);
  if (lock === null) return;
  if (isAlive(lock.pid, 'postgres')) await stop(folder, programs, user);
  else rmSync(join(folder, 'postmaster.pid'), { force: true });
}

async function start(
  folder: string,
  options: ClusterOptions,
  programs: string,
  user: User | null,
): Promise<number> {
  const logFile = join(folder, 'postgres.log');
  for (let attempt = 1; ; attempt += 1) {
    const port = await findFreePort();
    removeLog(logFile, folder);
    const settings = {
      listen_addresses: '127.0.0.1',
      port,
      unix_socket_directories: '',
      wal_level: 'logical',
      max_connections: 300,
      log_timezone: 'UTC',
      // The detail of a constraint error names the values of the row, such as an email address.
      log_error_verbosity: 'terse',
      ...(options.durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
    };
    const flags = Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`);
    try {
      await runProgram(
        join(programs, 'pg_ctl'),
        ['start', '-w', '-t', '60', '-D', folder, '-l', logFile, '-o', flags.join(' ')],
        user,
      );
      return port;
    } catch (cause) {
      const log = existsSync(logFile) ? readFileSync(logFile, 'utf8') : '';
      // Another program may have taken the port after findFreePort. Only then a second attempt can succeed.
      if (attempt < 3 && log.includes('Address already in use')) continue;
      const fatal = /^.*(?:FATAL|PANIC): +(.*)$/m.exec(log)?.[1] ?? getReason(cause);
      throw new ClusterError(`PostgreSQL does not start in ${folder}: ${fatal}. ${freshStartHint}`, {
        cause,
      });
    }
  }
}

function removeLog(logFile: string, folder: string): void {
  try {
    rmSync(logFile, { force: true });
  } catch (cause) {
    throw new ClusterError(`${folder} cannot be written: ${getReason(cause)}. ${changeFolderHint}`, {
      cause,
    });
  }
}

async function stop(folder: string, programs: string, user: User | null): Promise<void> {
  const arguments_ = ['stop', '-w', '-t', '20', '-m', 'fast', '-D', folder];
  await runProgram(join(programs, 'pg_ctl'), arguments_, user).catch((cause: unknown) => {
    // The lock file remains when the postmaster was killed.
    const lock = readLock(folder);
    if (lock !== null && isAlive(lock.pid, 'postgres'))
      throw new ClusterError(`PostgreSQL in ${folder} does not stop`, { cause });
  });
}

/** postmaster.pid: line 1 the process, line 4 the port. */
function readLock(folder: string): { pid: number; port: number } | null {
  const file = join(folder, 'postmaster.pid');
  if (!existsSync(file)) return null;
  const lines = readFileSync(file, 'utf8').split('\n');
  return { pid: Number(lines[0]), port: Number(lines[3]) };
}

/**
 * A port of 127.0.0.1 on which nothing listens. It is below the ports that systems give to outgoing connections (from 32768 on): one of
 * those could be taken by a connection while a process that listened on it restarts.
 */
export async function findFreePort(): Promise<number> {
  for (let attempt = 1; ; attempt += 1) {
    const port = randomInt(11_000, 32_768);
    if (await isFree(port)) return port;
    if (attempt === 100) throw new ClusterError('No port of 127.0.0.1 between 11000 and 32767 is free.');
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
