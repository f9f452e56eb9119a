// npm run provision, on the run's PostgreSQL server: under names of databases and roles that no other test uses.
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { expect, inject, test } from 'vitest';
import { replaceDatabase } from '../../../platform/database/provision.ts';
import { getDatabaseKeys } from '../../../platform/process/database-urls.ts';
import { readSupergraphMap } from '../../../platform/supergraph-map.ts';
import { runCommand } from '../../support/commands.ts';
import { query } from '../../support/databases.ts';
import { readLines } from '../../support/processes.ts';
import { openPlaces, type Place, uniqueName, variablesFor } from './place.ts';

const names = readSupergraphMap().subgraphs.map(({ name }) => name);
const { placeIn, removals } = openPlaces();

const done = (name: string, changes = '.+') => ({
  status: 0,
  stdout: expect.stringMatching(
    new RegExp(`^${name}: the database \\w+ at [\\w.]+:\\d+ has its schema and two roles: ${changes}\\n$`),
  ),
  stderr: '',
});

test('names every missing variable at once, and refuses unknown arguments', async () => {
  const missing = (keys: string[]) =>
    `The environment is not usable:\n${keys.map((key) => `  - ${key}: is missing\n`).join('')}`;
  const url = 'postgresql://role:password@127.0.0.1:1/database';
  const given = names.flatMap((name) => [getDatabaseKeys(name).runtime, getDatabaseKeys(name).owner]);
  const [admins, one, unknown, more, invalid] = await Promise.all([
    runCommand('provision', [], Object.fromEntries(given.map((key) => [key, url]))),
    runCommand('provision', ['accounts'], { ACCOUNTS_DATABASE_URL: url }),
    runCommand('provision', ['unknown']),
    runCommand('provision', ['accounts', 'products']),
    runCommand('provision', ['payments'], { PAYMENTS_SWEEP_MS: 'often', LOG_LEVEL: 'loud' }),
  ]);
  expect(admins).toEqual({
    status: 1,
    stdout: '',
    stderr: missing(names.map((name) => getDatabaseKeys(name).admin)),
  });
  expect(one).toEqual({
    status: 1,
    stdout: '',
    stderr: missing(['ACCOUNTS_OWNER_DATABASE_URL', 'ACCOUNTS_ADMIN_DATABASE_URL']),
  });
  const problems = invalid.stderr.split('\n').map((line) => /- (\w+):/.exec(line)?.[1]);
  const keys = getDatabaseKeys('payments');
  const together = ['LOG_LEVEL', keys.runtime, keys.owner, keys.admin, 'PAYMENTS_SWEEP_MS'];
  expect(problems.filter((name) => name !== undefined)).toEqual(together);
  expect(unknown).toMatchObject({ status: 1, stderr: expect.stringContaining(`no subgraph "unknown"`) });
  expect(more).toEqual({
    status: 2,
    stdout: '',
    stderr: expect.stringMatching(/^usage: npm run provision .* --drop-second-login \[--print\]\n$/),
  });
});

test('names the subgraph and the variable when a server does not answer or its role may not provision', async () => {
  const place = placeIn(uniqueName());
  const withoutServer = { ...variablesFor('accounts', place), ACCOUNTS_ADMIN_DATABASE_URL: closedUrl };
  const weak = { ...variablesFor('accounts', place), ACCOUNTS_ADMIN_DATABASE_URL: await weakUrl() };
  const closed = { ...weak, ACCOUNTS_ADMIN_DATABASE_URL: await closedOutUrl() };
  const says = (reason: string) => ({
    status: 1,
    stdout: '',
    stderr: expect.stringMatching(
      new RegExp(`^accounts cannot be provisioned by ACCOUNTS_ADMIN_DATABASE_URL: .*${reason}`),
    ),
  });
  expect(await runCommand('provision', ['accounts'], withoutServer)).toEqual(
    says('ECONNREFUSED.*or start the server there\\n$'),
  );
  expect(await runCommand('provision', ['accounts'], weak)).toEqual(
    says('permission denied.*\\. It must be'),
  );
  expect(await runCommand('provision', ['accounts'], closed)).toEqual(
    says('permission denied for database .*GRANT CONNECT ON DATABASE "postgres" TO "\\w+"\\n$'),
  );
});

/** No server listens on port 1. */
const closedUrl = 'postgresql://postgres:x@127.0.0.1:1/postgres';

/** A role that may sign in and nothing else. */
async function weakUrl(): Promise<string> {
  const url = await closedOutUrl();
  await query(inject('adminUrl'), `GRANT CONNECT ON DATABASE postgres TO ${new URL(url).username}`);
  return url;
}

/** A role that may not even connect, because provisioning has closed the database `postgres` of the run's server to others. */
async function closedOutUrl(): Promise<string> {
  const role = uniqueName();
  await query(inject('adminUrl'), `CREATE ROLE ${role} LOGIN PASSWORD 'weak'`);
  const url = new URL(inject('adminUrl'));
  url.username = role;
  url.password = 'weak';
  return url.href;
}

test('in production writes lines of the log, because a container runs it', async () => {
  const place = placeIn(uniqueName());
  const admin = await createSuperuser(place.admin);
  const variables = { NODE_ENV: 'production', ...variablesFor('accounts', { ...place, admin }) };
  const { stdout, ...ended } = await runCommand('provision', ['accounts'], variables);
  expect(ended).toEqual({ status: 0, stderr: '' });
  const msg = expect.stringMatching(
    /^accounts: the database .+ has its schema and two roles: created the database \w+, .+$/,
  );
  expect(readLines({ output: () => stdout })).toEqual([
    expect.objectContaining({ level: 30, name: 'provision', msg }),
  ]);
});

/** Production refuses the superuser of the tests, whose password is weak. */
async function createSuperuser(admin: string): Promise<string> {
  const url = new URL(admin);
  url.username = `superuser_${randomBytes(5).toString('hex')}`;
  url.password = `password of ${url.username}`;
  await query(
    admin,
    `CREATE ROLE ${url.username} LOGIN SUPERUSER PASSWORD '${decodeURIComponent(url.password)}'`,
  );
  removals.push(`REASSIGN OWNED BY ${url.username} TO CURRENT_USER`, `DROP ROLE ${url.username}`);
  return url.href;
}

test('creates the database and the roles of one subgraph, and repairs their drift when it runs again', async () => {
  const place = placeIn(uniqueName());
  const { admin, database, runtimeRole, ownerRole, runtime, owner } = place;
  const variables = variablesFor('accounts', place);
  const provisionWith = () => runCommand('provision', ['accounts'], variables);
  const created = [
    `created the database ${database}`,
    `created the role ${ownerRole}`,
    `created the role ${runtimeRole}`,
    'created the schema accounts',
  ];
  expect(await provisionWith()).toEqual(done('accounts', created.join(', ')));
  expect(await provisionWith()).toEqual(done('accounts', 'nothing to change'));
  await query(owner, 'CREATE TABLE accounts.note (id int)');
  await query(runtime, 'INSERT INTO accounts.note VALUES (1)');
  const fresh = await stateOf(place);
  expect(fresh).toMatchObject({ limits: [10, 100], powers: 0, connectable: false, owner: ownerRole });

  const inside = replaceDatabase(admin, database);
  for (const change of [
    `ALTER ROLE ${runtimeRole} SUPERUSER CREATEDB CREATEROLE REPLICATION BYPASSRLS CONNECTION LIMIT -1`,
    `ALTER ROLE ${ownerRole} NOLOGIN PASSWORD 'another'`,
    `ALTER ROLE ${runtimeRole} SET statement_timeout = 0`,
    `ALTER ROLE ${runtimeRole} RESET plan_cache_mode`,
    `GRANT ALL ON DATABASE ${database} TO PUBLIC`,
    `GRANT ALL ON SCHEMA accounts, public TO PUBLIC`,
    `GRANT CREATE ON SCHEMA accounts TO ${runtimeRole}`,
    `ALTER SCHEMA accounts OWNER TO postgres`,
  ])
    await query(inside, change);
  expect(await stateOf(place)).toMatchObject({ powers: 5, connectable: true, owner: 'postgres' });

  const repaired = [
    `changed the attributes or settings of the role ${ownerRole}`,
    `changed the attributes or settings of the role ${runtimeRole}`,
    `changed who may connect to the database ${database}`,
    `gave the schema accounts to ${ownerRole}`,
    'changed the rights in the schema accounts',
    `changed who may use the schema public of the database ${database}`,
    `set the password of the role ${ownerRole}`,
  ];
  expect(await provisionWith()).toEqual(done('accounts', repaired.join(', ')));
  expect(await provisionWith()).toEqual(done('accounts', 'nothing to change'));
  expect(await stateOf(place)).toEqual(fresh);
  // With the passwords of the URLs, and with the rows still there.
  expect(await query(runtime, 'SELECT id FROM accounts.note')).toEqual([{ id: 1 }]);
  expect(await query(owner, 'SELECT id FROM accounts.note')).toEqual([{ id: 1 }]);
});

test('provisions four subgraphs into one new database at the same moment', async () => {
  const database = uniqueName();
  const places = names.map((name) => [name, placeIn(database)] as const);
  const holder = new pg.Client({ connectionString: inject('adminUrl') });
  await holder.connect();
  try {
    // All four have looked and found no database before the first may make it.
    await holder.query('BEGIN; LOCK TABLE pg_database IN SHARE ROW EXCLUSIVE MODE');
    const ended = places.map(([name, place]) => runCommand('provision', [name], variablesFor(name, place)));
    const makers = () => query(inject('adminUrl'), waitingToCreate, [`CREATE DATABASE%${database}%`]);
    await expect.poll(makers, { timeout: 20_000 }).toHaveLength(names.length);
    await holder.query('COMMIT');
    expect(await Promise.all(ended)).toEqual(names.map((name) => done(name)));
  } finally {
    await holder.end();
  }
  for (const [name, { owner, runtime }] of places) {
    await query(owner, `CREATE TABLE ${name}.note (id int)`);
    expect(await query(runtime, `SELECT * FROM ${name}.note`)).toEqual([]);
    const [stranger] = places.find(([other]) => other !== name) ?? [];
    await expect(query(owner, `CREATE TABLE ${stranger}.spy (id int)`)).rejects.toThrow('permission denied');
  }
});

const waitingToCreate = `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE $1`;

/** All that provisioning promises about a place, as the server has it. */
async function stateOf({ admin, database, runtimeRole, ownerRole }: Place): Promise<Record<string, unknown>> {
  const roles = await query(
    admin,
    `SELECT rolconnlimit AS "limit", rolcanlogin AS login, rolconfig AS settings,
            rolsuper::int + rolcreatedb::int + rolcreaterole::int + rolreplication::int + rolbypassrls::int AS powers
     FROM pg_roles WHERE rolname = ANY($1) ORDER BY rolconnlimit = 10 DESC`,
    [[runtimeRole, ownerRole]],
  );
  const [inside] = await query(
    replaceDatabase(admin, database),
    `SELECT n.nspowner::regrole::text AS owner, n.nspacl::text[] AS grants, d.datacl::text[] AS access,
            (SELECT nspacl::text[] FROM pg_namespace WHERE nspname = 'public') AS public,
            has_database_privilege('pg_monitor', d.oid, 'CONNECT') AS connectable
     FROM pg_namespace n, pg_database d WHERE n.nspname = 'accounts' AND d.datname = $1`,
    [database],
  );
  for (const list of ['grants', 'access', 'public']) inside[list].sort();
  return {
    ...inside,
    limits: roles.map(({ limit }) => limit),
    logins: roles.map(({ login }) => login),
    settings: roles.map(({ settings }) => settings.toSorted()),
    powers: roles.reduce((sum, { powers }) => sum + powers, 0),
  };
}
