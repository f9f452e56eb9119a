// A real PostgreSQL 18 of our own, from the binaries in an npm package: initialised once, started on a free port of
// 127.0.0.1, stopped before we end. It runs in a session of its own (pg_ctl), so that Ctrl-C reaches it last, through us.
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { isAlive } from '../process.ts';
import { ClusterError, findPrograms, reasonOf, run } from './programs.ts';
import { privateFolder, reachableFolder, type User, unprivilegedUser } from './unprivileged.ts';

export interface Cluster {
  port: number;
  /** Where its files really are: another folder than was asked for when root keeps others out of that one. */
  folder: string;
  /** URL of a superuser on database "postgres". For provisioning; nothing else uses it. */
  adminUrl: string;
  stop: () => Promise<void>;
}

export interface ClusterOptions {
  /** Where it keeps its files; created when missing. */
  folder: string;
  /** Password of its superuser: the same at every start. */
  password: string;
  /** False for tests: no fsync, nothing survives a power cut. */
  durable: boolean;
  /** Deletes what is there and begins anew. */
  fresh?: boolean;
}

const majorVersion = '18';

/** Starts the cluster, initialising it first when the folder is empty. Throws ClusterError. */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const user = unprivilegedUser();
  const folder = reachableFolder(options.folder, user);
  const programs = await findPrograms(user);
  if (options.fresh === true) {
    await endOrphan(folder, programs, user);
    rmSync(folder, { recursive: true, force: true });
  }
  if (!existsSync(folder)) await initialise(folder, options, programs, user);
  refuseForeignFolder(folder);
  await endOrphan(folder, programs, user);
  const port = await start(folder, options, programs, user);
  await refuseUnusable(folder, adminUrlOf(options.password, port)).catch(async (cause: unknown) => {
    await stop(folder, programs, user);
    throw cause;
  });
  return {
    port,
    folder,
    adminUrl: adminUrlOf(options.password, port),
    stop: () => stop(folder, programs, user),
  };
}

export function adminUrlOf(password: string, port: number): string {
  return `postgresql://postgres:${encodeURIComponent(password)}@127.0.0.1:${port}/postgres`;
}

/** It runs, but is it ours and whole? A password that does not fit or a lost database shows in the first connection. */
async function refuseUnusable(folder: string, adminUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  try {
    await client.connect();
    await client.end();
  } catch (cause) {
    throw new ClusterError(`The PostgreSQL in ${folder} cannot be used: ${reasonOf(cause)}. ${beginAnew}`, {
      cause,
    });
  }
}

/** The port of a cluster that runs in this folder now; null when none does. */
export function runningPort(wanted: string): number | null {
  const lock = readLock(reachableFolder(wanted, unprivilegedUser()));
  return lock !== null && isAlive(lock.pid, 'postgres') ? lock.port : null;
}

async function initialise(folder: string, options: ClusterOptions, programs: string, user: User | null) {
  // Into a folder beside it and renamed at the end: an interrupted initdb never looks like a database.
  const aside = `${folder}.new`;
  const passwordFile = `${folder}.password`;
  try {
    mkdirSync(dirname(folder), { recursive: true });
    rmSync(aside, { recursive: true, force: true });
    privateFolder(aside, user);
    writeFileSync(passwordFile, options.password, { mode: 0o600 });
    if (user !== null) chownSync(passwordFile, user.uid, user.gid);
    const flags = [
      '--username=postgres',
      '--auth=scram-sha-256',
      `--pwfile=${passwordFile}`,
      '--encoding=UTF8',
    ];
    const locale = ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'];
    await run(join(programs, 'initdb'), ['-D', aside, ...flags, ...locale, '--no-sync'], user);
    renameSync(aside, folder);
  } catch (cause) {
    throw new ClusterError(
      `PostgreSQL's folder ${folder} cannot be created: ${reasonOf(cause)}. ${changeFolder}`,
      { cause },
    );
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

const changeFolder = 'Allow writing there, or set DATA_DIR to a folder where you may write.';
const beginAnew =
  'Begin anew with: npm start -- --fresh (this deletes the local data), or set DATA_DIR to another folder.';

function refuseForeignFolder(folder: string): void {
  let version: string;
  try {
    version = readFileSync(join(folder, 'PG_VERSION'), 'utf8').trim();
  } catch (cause) {
    throw new ClusterError(`${folder} holds no PostgreSQL database that can be read. ${beginAnew}`, {
      cause,
    });
  }
  if (version !== majorVersion) {
    throw new ClusterError(
      `${folder} belongs to PostgreSQL ${version}, this is ${majorVersion}. ${beginAnew}`,
    );
  }
}

/** After a kill -9 of ours, its PostgreSQL may still run, or its lock file may name a process that is another by now. */
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
    const port = await freePort();
    removeLog(logFile, folder);
    const settings = {
      listen_addresses: '127.0.0.1',
      port,
      unix_socket_directories: '',
      wal_level: 'logical',
      max_connections: 300,
      log_timezone: 'UTC',
      ...(options.durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
    };
    const flags = Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`);
    try {
      await run(
        join(programs, 'pg_ctl'),
        ['start', '-w', '-t', '60', '-D', folder, '-l', logFile, '-o', flags.join(' ')],
        user,
      );
      return port;
    } catch (cause) {
      const log = existsSync(logFile) ? readFileSync(logFile, 'utf8') : '';
      // Somebody may have taken the port between our look and PostgreSQL's start: only then is another try worth it.
      if (attempt < 3 && log.includes('Address already in use')) continue;
      const fatal = /^.*(?:FATAL|PANIC): +(.*)$/m.exec(log)?.[1] ?? reasonOf(cause);
      throw new ClusterError(`PostgreSQL does not start in ${folder}: ${fatal}. ${beginAnew}`, { cause });
    }
  }
}

function removeLog(logFile: string, folder: string): void {
  try {
    rmSync(logFile, { force: true });
  } catch (cause) {
    throw new ClusterError(`${folder} cannot be written: ${reasonOf(cause)}. ${changeFolder}`, { cause });
  }
}

async function stop(folder: string, programs: string, user: User | null): Promise<void> {
  const arguments_ = ['stop', '-w', '-t', '20', '-m', 'fast', '-D', folder];
  await run(join(programs, 'pg_ctl'), arguments_, user).catch((cause: unknown) => {
    // Its lock file outlives a postmaster that was killed.
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

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
