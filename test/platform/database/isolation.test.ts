// In every topology, no role can reach the data of another subgraph by any statement, and the runtime role cannot change a schema.
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { provision } from '../../../platform/database/provision.ts';
import { checkQueryRoles } from '../../../platform/database/provisioning/query-role.ts';
import { migrateUp } from '../../../platform/migrations/migrate.ts';
import { readSupergraphMap } from '../../../platform/supergraph-map.ts';
import { loadSubgraph } from '../../../subgraphs/load.ts';
import { query } from '../../support/databases.ts';
import { required } from '../../support/required.ts';
import { silent } from '../../support/silent-log.ts';
import { type PlacedDatabases, placeDatabases, topologies } from '../../support/topology.ts';

const map = readSupergraphMap();
const names = map.subgraphs.map(({ name }) => name);
/** A table of each subgraph. */
const tableOf: Record<string, string> = {
  accounts: 'account',
  products: 'product',
  payments: 'payment',
  purchases: 'purchase',
};

describe.each(topologies)('with the databases placed as %s', (topology) => {
  let placed: PlacedDatabases | undefined;
  beforeAll(async () => {
    placed = await placeDatabases(topology);
    for (const entry of map.subgraphs) {
      const urls = required(placed.urls.get(entry.name), 'placed');
      await provision(entry.name, urls);
      await migrateUp(await loadSubgraph(entry), urls, silent);
      await run(
        urls.owner,
        `CREATE FUNCTION ${entry.name}.whisper() RETURNS text LANGUAGE sql AS $$ SELECT 'secret' $$`,
      );
      await run(urls.owner, `CREATE SEQUENCE ${entry.name}.tally`);
    }
  });
  afterAll(async () => {
    await placed?.remove();
  });
  const urlsOf = (name: string) => required(required(placed, 'placed').urls.get(name), name);

  test('a start in production accepts the roles', async () => {
    const refuse = (warning: string) => expect.unreachable(warning);
    await checkQueryRoles(required(placed, 'placed').urls, { NODE_ENV: 'production' }, refuse);
  });

  const pairs = names.flatMap((self) =>
    names.filter((other) => other !== self).map((other) => [self, other] as const),
  );
  test.each(pairs)('neither role of %s can reach the data of %s', async (self, other) => {
    const theirs = `${other}.${tableOf[other] ?? 'migration'}`;
    for (const [role, url] of Object.entries({ runtime: urlsOf(self).runtime, owner: urlsOf(self).owner })) {
      const there = withCredentials(urlsOf(other).runtime, url);
      const outcomes = await refusalsOf(there, attacksOn(self, other, theirs));
      // 42501: no privilege; 28P01 and 28000: that server knows no such role.
      for (const [sql, code] of outcomes)
        expect(code, `${role} of ${self}: ${sql}`).toMatch(/^(42501|28P01|28000)$/);
    }
  });

  test.each(names)('the runtime role of %s may change rows only', async (name) => {
    const { runtime } = urlsOf(name);
    const table = `${name}.${tableOf[name] ?? 'migration'}`;
    const attacks = [
      `CREATE TABLE ${name}.mine (id int)`,
      'CREATE TABLE public.mine (id int)',
      'CREATE TEMPORARY TABLE mine (id int)',
      `CREATE SCHEMA mine`,
      `CREATE FUNCTION ${name}.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'`,
      `CREATE INDEX mine ON ${table} (id)`,
      `CREATE VIEW ${name}.mine AS SELECT 1`,
      `CREATE TYPE ${name}.mine AS ENUM ('a')`,
      `ALTER TABLE ${table} ADD COLUMN mine int`,
      `ALTER TABLE ${table} OWNER TO ${name}`,
      `DROP TABLE ${table}`,
      `TRUNCATE ${table}`,
      `COMMENT ON TABLE ${table} IS 'mine'`,
      `ALTER ROLE ${name} CREATEDB`,
      `CREATE ROLE mine`,
      `SET ROLE ${name}_owner`,
      'CREATE EXTENSION dblink',
      `COPY ${table} TO PROGRAM 'cat'`,
      `COPY ${table} FROM '/etc/passwd'`,
      `SELECT pg_read_file('/etc/passwd')`,
      `DELETE FROM ${name}.migration`,
      `UPDATE ${name}.migration SET name = 'x'`,
      `SELECT ${name}.whisper()`,
    ];
    for (const [sql, code] of await refusalsOf(runtime, attacks)) expect(code, sql).toBe('42501');
    const [[, allowed] = []] = await refusalsOf(runtime, [`SELECT count(*) FROM ${table}`]);
    expect(allowed).toBeNull();
    // A GRANT without the privilege is only a warning in PostgreSQL, so the test checks the privileges after it.
    await run(runtime, `GRANT SELECT ON ${table} TO PUBLIC`);
    const grants = `SELECT has_table_privilege(r.oid, $1, 'SELECT') AS may FROM pg_roles r WHERE rolname = 'pg_monitor'`;
    expect(await query(urlsOf(name).owner, grants, [table])).toEqual([{ may: false }]);
  });

  test.each(names)('both roles of %s have no attribute of a role that they do not need', async (name) => {
    const { admin, runtime, owner } = urlsOf(name);
    const roles = [runtime, owner].map((url) => new URL(url).username);
    const client = await connect(admin);
    const { rows } = await client.query('SELECT * FROM pg_roles WHERE rolname = ANY($1)', [roles]);
    const members = await client.query(
      `SELECT 1 FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member WHERE r.rolname = ANY($1)`,
      [roles],
    );
    await client.end();
    expect(rows).toHaveLength(2);
    for (const role of rows) {
      expect(role).toMatchObject({
        rolsuper: false,
        rolcreatedb: false,
        rolcreaterole: false,
        rolreplication: false,
        rolbypassrls: false,
      });
      expect(role.rolconnlimit).toBeGreaterThan(0);
    }
    expect(members.rowCount).toBe(0);
  });
});

function attacksOn(self: string, other: string, theirs: string): string[] {
  return [
    `SELECT * FROM ${theirs}`,
    `SELECT 1 FROM ${theirs} LIMIT 0`,
    `INSERT INTO ${theirs} DEFAULT VALUES`,
    `UPDATE ${theirs} SET id = id`,
    `DELETE FROM ${theirs}`,
    `TRUNCATE ${theirs}`,
    `LOCK TABLE ${theirs} IN ACCESS SHARE MODE`,
    `COPY ${theirs} TO STDOUT`,
    `CREATE TABLE ${self}.spy (id uuid REFERENCES ${theirs} (id))`,
    `CREATE VIEW ${self}.spy AS SELECT * FROM ${theirs}`,
    `SELECT ${other}.whisper()`,
    `SELECT nextval('${other}.tally')`,
    `SELECT * FROM ${other}.migration`,
    `CREATE TABLE ${other}.mine (id int)`,
    `DROP TABLE ${theirs}`,
    `ALTER TABLE ${theirs} DISABLE TRIGGER ALL`,
    `SET ROLE ${other}`,
    `SET ROLE ${other}_owner`,
  ];
}

type Outcome = readonly [sql: string, code: string | null];

/** SQLSTATE that each statement is refused with; null when it is carried out (and then rolled back). */
async function refusalsOf(url: string, statements: readonly string[]): Promise<Outcome[]> {
  const client = new pg.Client({ connectionString: url });
  try {
    await client.connect();
  } catch (cause) {
    return statements.map((sql) => [sql, codeOf(cause)] as const);
  }
  const outcomes: Outcome[] = [];
  for (const sql of statements) {
    await client.query('BEGIN');
    const code = await client.query(sql).then(() => null, codeOf);
    await client.query('ROLLBACK');
    outcomes.push([sql, code]);
  }
  await client.end();
  return outcomes;
}

function codeOf(cause: unknown): string {
  return (cause as { code?: string }).code ?? String(cause);
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client;
}

async function run(url: string, sql: string): Promise<void> {
  const client = await connect(url);
  await client.query(sql).finally(() => client.end());
}

/** The other subgraph's address, with our own role and password. */
function withCredentials(address: string, from: string): string {
  const url = new URL(address);
  const { username, password } = new URL(from);
  url.username = username;
  url.password = password;
  return url.href;
}
