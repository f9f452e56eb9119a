// Creates the database of a subgraph, its schema, and two roles without any other privilege: `<name>_owner` owns the tables and runs
// migrations, and `<name>` reads and writes rows. It can run at every start or once by hand: a second run changes nothing, or
// repairs privileges. It needs a superuser, which no other part of the project uses.
import pg from 'pg';
import type { DatabaseUrls } from '../process/database-urls.ts';
import { connect } from './connect.ts';
import { refuseTransactionPooler } from './pooler.ts';
import { workSettings } from './session.ts';

const { escapeIdentifier, escapeLiteral } = pg;

/** Keys of the advisory lock: "trib" in ASCII, so that locks of other programs do not collide, and a purpose. */
const provisionLock = [0x74726962, 1] as const;

/** Provisions one subgraph. Throws the error of PostgreSQL when no server answers or the admin URL is not that of a superuser. */
export async function provision(name: string, urls: DatabaseUrls & { admin: string }): Promise<void> {
  const database = decodeURIComponent(new URL(urls.runtime).pathname.slice(1));
  const runtime = parseRole(urls.runtime);
  const owner = parseRole(urls.owner);

  await withClient(name, urls.admin, async (client) => {
    // This is the slowest part. It needs no lock, so that several databases are created at the same time.
    await ensureDatabase(client, database);
    // All databases of a server share its roles, so only one process may change them at a time.
    await client.query('SELECT pg_advisory_lock($1, $2)', [...provisionLock]);
    await ensureRole(client, owner, 10);
    await ensureRole(client, runtime, 100);
    await client.query(buildServerSql(database, runtime.name, owner.name));
    // The schema is created in the target database, while this connection holds the lock.
    await withClient(name, replaceDatabase(urls.admin, database), (databaseClient) =>
      databaseClient.query(buildDatabaseSql(name, runtime.name, owner.name)),
    );
  });
}

interface Role {
  name: string;
  password: string;
}

async function ensureRole(client: pg.Client, role: Role, connections: number): Promise<void> {
  const found = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [role.name]);
  const verb = found.rowCount === 0 ? 'CREATE' : 'ALTER';
  await client.query(
    `${verb} ROLE ${escapeIdentifier(role.name)} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS
     CONNECTION LIMIT ${connections} PASSWORD ${escapeLiteral(role.password)}`,
  );
}

async function ensureDatabase(client: pg.Client, database: string): Promise<void> {
  const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [database]);
  if (found.rowCount !== 0) return;
  await client.query(`CREATE DATABASE ${escapeIdentifier(database)}`).catch((cause: { code?: string }) => {
    // 42P04, or 23505 in a narrower window: another process has created the shared database meanwhile.
    if (cause.code !== '42P04' && cause.code !== '23505') throw cause;
  });
}

function buildServerSql(database: string, runtime: string, owner: string): string {
  const [db, role, ownerRole] = [database, runtime, owner].map(escapeIdentifier);
  return `
    REVOKE ALL ON DATABASE ${db}, postgres, template1 FROM PUBLIC;
    GRANT CONNECT ON DATABASE ${db} TO ${role};
    GRANT CONNECT, TEMPORARY ON DATABASE ${db} TO ${ownerRole};
    -- Each connection of this project sets these itself. They also limit the sessions that people open by hand.
    ${buildRoleSettings(runtime, workSettings.queries)}
    ALTER ROLE ${ownerRole} SET lock_timeout = '${workSettings.migrations.lock_timeout}';`;
}

function buildRoleSettings(role: string, settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings)
    .map(([name, value]) => `ALTER ROLE ${escapeIdentifier(role)} SET ${name} = ${escapeLiteral(value)};`)
    .join('\n');
}

function buildDatabaseSql(schema: string, runtime: string, owner: string): string {
  const [name, role, ownerRole] = [schema, runtime, owner].map(escapeIdentifier);
  return `
    CREATE SCHEMA IF NOT EXISTS ${name};
    ALTER SCHEMA ${name} OWNER TO ${ownerRole};
    REVOKE ALL ON SCHEMA public FROM PUBLIC;
    REVOKE ALL ON SCHEMA ${name} FROM PUBLIC, ${role};
    GRANT USAGE ON SCHEMA ${name} TO ${role};
    ALTER ROLE ${role} SET search_path = ${name};
    ALTER ROLE ${ownerRole} SET search_path = ${name};
    ALTER DEFAULT PRIVILEGES FOR ROLE ${ownerRole} IN SCHEMA ${name}
      GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO ${role};
    ALTER DEFAULT PRIVILEGES FOR ROLE ${ownerRole} IN SCHEMA ${name} GRANT USAGE ON SEQUENCES TO ${role};
    -- Global on purpose: functions are executable by everybody unless the default itself is taken away.
    ALTER DEFAULT PRIVILEGES FOR ROLE ${ownerRole} REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;`;
}

async function withClient(
  subgraph: string,
  url: string,
  work: (client: pg.Client) => Promise<unknown>,
): Promise<void> {
  const applicationName = 'tributary provision';
  const open = () => connect({ subgraph, url, applicationName, work: 'administration' });
  const client = await open();
  try {
    await refuseTransactionPooler(client, open);
    await work(client);
  } finally {
    await client.end();
  }
}

export function replaceDatabase(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${encodeURIComponent(database)}`;
  return changed.href;
}

function parseRole(url: string): Role {
  const { username, password } = new URL(url);
  return { name: decodeURIComponent(username), password: decodeURIComponent(password) };
}
