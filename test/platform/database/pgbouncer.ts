// PgBouncer in front of a server, as an operator would put it there: one pool for each role and database, in the given mode.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findFreePort } from '../../../local/postgres/cluster.ts';
import { findUnprivilegedUser } from '../../../local/postgres/unprivileged.ts';
import { temporaryFolder } from '../../support/temporary.ts';

/** Debian installs it where not every user's PATH leads to. */
const program = ['pgbouncer', '/usr/sbin/pgbouncer'].find(
  (path) => spawnSync(path, ['--version']).status === 0,
);

/** A reason to skip the tests that need it; undefined where it is installed. */
export const pgbouncerIsMissing =
  program === undefined ? 'pgbouncer is not installed (Debian: apt-get install pgbouncer)' : undefined;

export interface PgBouncer {
  port: number;
  stop: () => Promise<void>;
}

export interface PgBouncerOptions {
  /** The port of the server behind it. */
  serverPort: number;
  mode: 'session' | 'transaction' | 'statement';
  /** The passwords of the roles that may connect through it. */
  passwords: ReadonlyMap<string, string>;
  /** Further lines of its configuration. */
  settings?: Readonly<Record<string, string>>;
}

export async function startPgBouncer(options: PgBouncerOptions): Promise<PgBouncer> {
  if (program === undefined) throw new Error(pgbouncerIsMissing);
  const folder = temporaryFolder();
  const user = findUnprivilegedUser();
  const port = await findFreePort();
  const userlist = [...options.passwords].map(([role, password]) => `"${role}" "${password}"\n`).join('');
  const settings = {
    listen_addr: '127.0.0.1',
    listen_port: port,
    unix_socket_dir: '',
    auth_type: 'scram-sha-256',
    auth_file: join(folder, 'userlist.txt'),
    pool_mode: options.mode,
    default_pool_size: 20,
    max_client_conn: 500,
    ...options.settings,
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}\n`);
  const configuration = `[databases]\n* = host=127.0.0.1 port=${options.serverPort}\n[pgbouncer]\n${lines.join('')}`;
  for (const [name, text] of [
    ['userlist.txt', userlist],
    ['pgbouncer.ini', configuration],
  ] as const) {
    writeFileSync(join(folder, name), text);
    if (user !== null) chownSync(join(folder, name), user.uid, user.gid);
  }
  chmodSync(folder, 0o755);
  // PgBouncer refuses to run as root.
  const child = spawn(program, [join(folder, 'pgbouncer.ini')], {
    cwd: '/',
    stdio: 'ignore',
    ...(user ?? {}),
  });
  const exited = once(child, 'exit');
  while (!(await isListening(port))) {
    if (child.exitCode !== null) throw new Error(`pgbouncer ended with code ${child.exitCode}`);
    await sleep(10);
  }
  return {
    port,
    stop: async () => {
      child.kill('SIGKILL');
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
