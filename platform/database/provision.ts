// Creates what a subgraph's isolation rests on: its database, its schema and two roles that can do nothing else.
// `<name>_owner` owns the tables and runs migrations; `<name>` reads and writes rows. Idempotent: run it at every start
// or once by hand; a second run repairs what has drifted. Needs a superuser, which nothing else ever uses.
import pg from 'pg';
import type { DatabaseUrls } from '../process/database-urls.ts';

const { escapeIdentifier, escapeLiteral } = pg;

/** Two ints, so that a shared database never confuses our locks with others': ASCII "trib", then a purpose. */
const provisionLock = [0x74726962, 1] as const;

/** What the runtime role's statements may take, in milliseconds. Migrations, as the owner, take as long as they take. */
export const longestStatementMs = 15_000;

/** Provisions one subgraph. Throws what PostgreSQL says, when the admin URL is no superuser or nobody answers. */
export async function provision(name: string, urls: DatabaseUrls & { admin: string }): Promise<void> {
  const database = decodeURIComponent(new URL(urls.runtime).pathname.slice(1));
  const runtime = roleOf(urls.runtime);
  const owner = roleOf(urls.owner);

  await withClient(urls.admin, async (client) => {
    // The slowest part, and the one that needs no lock: several databases are made at the same time.
    await ensureDatabase(client, database);
    // Roles and databases are shared by the whole server: one provisioner at a time.
    await client.query('SELECT pg_advisory_lock($1, $2)', [...provisionLock]);
    await ensureRole(client, owner, 10);
    await ensureRole(client, runtime, 100);
    await client.query(serverWide(database, runtime.name, owner.name));
    // The schema's own part runs in the target database, still under the lock of this connection.
    await withClient(withDatabase(urls.admin, database), (inside) =>
      inside.query(inDatabase(name, runtime.name, owner.name)),
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
    // 42P04 (and 23505, in a narrower window): another provisioner of a shared database was faster.
    if (cause.code !== '42P04' && cause.code !== '23505') throw cause;
  });
}

function serverWide(database: string, runtime: string, owner: string): string {
  const [db, role, ownerRole] = [database, runtime, owner].map(escapeIdentifier);
  return `
    REVOKE ALL ON DATABASE ${db}, postgres, template1 FROM PUBLIC;
    GRANT CONNECT ON DATABASE ${db} TO ${role};
    GRANT CONNECT, TEMPORARY ON DATABASE ${db} TO ${ownerRole};
    ALTER ROLE ${role} SET statement_timeout = ${longestStatementMs};
    ALTER ROLE ${role} SET lock_timeout = '5s';
    ALTER ROLE ${role} SET idle_in_transaction_session_timeout = '15s';
    -- Our statements are prepared, and right for any values: PostgreSQL would plan many of them anew each time.
    ALTER ROLE ${role} SET plan_cache_mode = force_generic_plan;
    ALTER ROLE ${ownerRole} SET lock_timeout = '5s';`;
}

function inDatabase(schema: string, runtime: string, owner: string): string {
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

async function withClient(url: string, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: url, application_name: 'tributary provision' });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

export function withDatabase(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${encodeURIComponent(database)}`;
  return changed.href;
}

function roleOf(url: string): Role {
  const { username, password } = new URL(url);
  return { name: decodeURIComponent(username), password: decodeURIComponent(password) };
}
