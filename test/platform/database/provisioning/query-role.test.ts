// What would break "two roles for each database" in silence is found at start, before the migrations: production refuses it, development warns.
import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findFreePort } from '../../../../local/postgres/cluster.ts';
import { provision, replaceDatabase } from '../../../../platform/database/provision.ts';
import { checkQueryRoles } from '../../../../platform/database/provisioning/query-role.ts';
import { newKeyPair } from '../../../../platform/identity/signed-identity.ts';
import { migrateUp } from '../../../../platform/migrations/migrate.ts';
import { type DatabaseUrls, getDatabaseKeys } from '../../../../platform/process/database-urls.ts';
import { readSupergraphMap } from '../../../../platform/supergraph-map.ts';
import { findEntry, loadSubgraph } from '../../../../subgraphs/load.ts';
import { runCommand } from '../../../support/commands.ts';
import { query } from '../../../support/databases.ts';
import { readLines, startProcess, type Variables, waitUntilReady } from '../../../support/processes.ts';
import { required } from '../../../support/required.ts';
import { silent } from '../../../support/silent-log.ts';
import { startOwnServer } from '../../../support/topology.ts';

type Server = Awaited<ReturnType<typeof startOwnServer>>;
let server: Server | undefined;
beforeAll(async () => {
  server = await startOwnServer();
  for (const [name, urls] of server.urls) await provision(name, urls);
  await migrateUp(await loadSubgraph(findEntry(readSupergraphMap(), 'accounts')), getUrls(), silent);
});
afterAll(async () => {
  await server?.remove();
});
const getServer = () => required(server, 'the server runs');
const getUrls = (name = 'accounts') => required(getServer().urls.get(name), name);
const administer = (sql: string) => query(replaceDatabase(getServer().adminUrl, 'accounts'), sql);

type Urls = Pick<DatabaseUrls, 'runtime' | 'owner'>;
const swap = ({ runtime, owner }: Urls): Urls => ({ runtime: owner, owner: runtime });

async function findProblems(urls: ReadonlyMap<string, Urls>): Promise<string[]> {
  const warnings: string[] = [];
  await checkQueryRoles(urls, { NODE_ENV: 'development' }, (warning) => warnings.push(warning));
  return warnings;
}

const findOwn = (urls: Urls = getUrls()) => findProblems(new Map([['accounts', urls]]));
const provisionOwn = 'run `npm run provision -- accounts`';
const attributeProblem = (role: string, attributes: string) =>
  `ACCOUNTS_DATABASE_URL: its role ${role} has ${attributes}, itself or as a member of another role: name a role that has none of it, and ${provisionOwn}`;
const swappedProblem = (name: string, owned: string) => {
  const { runtime, owner } = getDatabaseKeys(name);
  return (
    `${runtime}: its role ${name}_owner owns ${owned}: exchange it with ${owner} if the two are swapped, or else let a superuser run ` +
    `REASSIGN OWNED BY "${name}_owner" TO "${name}" in the database ${name}, and run \`npm run provision -- ${name}\``
  );
};
const accountsSwapped = () =>
  swappedProblem('accounts', 'the schema accounts and tables of the schema accounts');

test('accepts the roles of all subgraphs as they are provisioned', async () => {
  const refuse = (warning: string) => expect.unreachable(warning);
  await checkQueryRoles(getServer().urls, { NODE_ENV: 'production' }, refuse);
});

test.each([
  ['BYPASSRLS', 'ALTER ROLE accounts BYPASSRLS', 'ALTER ROLE accounts NOBYPASSRLS'],
  ['CREATEROLE', 'ALTER ROLE accounts CREATEROLE', 'ALTER ROLE accounts NOCREATEROLE'],
  ['CREATEDB', 'ALTER ROLE accounts CREATEDB', 'ALTER ROLE accounts NOCREATEDB'],
  ['REPLICATION', 'ALTER ROLE accounts REPLICATION', 'ALTER ROLE accounts NOREPLICATION'],
  ['SUPERUSER', 'ALTER ROLE accounts SUPERUSER CREATEDB', 'ALTER ROLE accounts NOSUPERUSER NOCREATEDB'],
  ['SUPERUSER', 'GRANT postgres TO accounts', 'REVOKE postgres FROM accounts'],
  [
    'BYPASSRLS, CREATEDB',
    'CREATE ROLE strong BYPASSRLS CREATEDB; GRANT strong TO accounts WITH INHERIT FALSE',
    'DROP ROLE strong',
  ],
])('finds a query role with %s after %s', async (attributes, change, revert) => {
  await administer(change);
  const problems = await findOwn().finally(() => administer(revert));
  expect(problems).toEqual([attributeProblem('accounts', attributes)]);
  expect(await findOwn()).toEqual([]);
});

test('finds the superuser of the server as the query role, also where a default of it hides that', async () => {
  const runtime = replaceDatabase(getServer().adminUrl, 'accounts');
  expect(await findOwn({ ...getUrls(), runtime })).toEqual([attributeProblem('postgres', 'SUPERUSER')]);
  await administer('ALTER ROLE postgres IN DATABASE accounts SET role = accounts');
  try {
    expect(await findOwn({ ...getUrls(), runtime })).toEqual([attributeProblem('postgres', 'SUPERUSER')]);
  } finally {
    await query(getServer().adminUrl, 'ALTER ROLE postgres IN DATABASE accounts RESET role');
  }
});

test('finds one role for both, in one sentence', async () => {
  const same = (role: string) =>
    `ACCOUNTS_DATABASE_URL: has the role of ACCOUNTS_OWNER_DATABASE_URL, ${role}: give each of them its own role, and ${provisionOwn}`;
  const { runtime, owner } = getUrls();
  expect(await findOwn({ runtime: owner, owner })).toEqual([same('accounts_owner')]);
  expect(await findOwn({ runtime, owner: runtime })).toEqual([same('accounts')]);
  const admin = replaceDatabase(getServer().adminUrl, 'accounts');
  expect(await findOwn({ runtime: admin, owner: admin })).toEqual([
    attributeProblem('postgres', 'SUPERUSER'),
    same('postgres'),
  ]);
});

test('finds a query role that can become the owner, directly or through another role', async () => {
  const member =
    'ACCOUNTS_DATABASE_URL: its role accounts is a member of accounts_owner, the role of ACCOUNTS_OWNER_DATABASE_URL: name the role that reads and writes rows, or take that away, as by REVOKE "accounts_owner" FROM "accounts"';
  await administer('GRANT accounts_owner TO accounts');
  expect(await findOwn()).toEqual([member]);
  await administer('REVOKE "accounts_owner" FROM "accounts"');
  expect(await findOwn()).toEqual([]);
  await administer('CREATE ROLE between; GRANT accounts_owner TO between; GRANT between TO accounts');
  expect(await findOwn().finally(() => administer('DROP ROLE between'))).toEqual([member]);
});

test('finds a query role that owns tables, and its remedy works', async () => {
  await administer('ALTER TABLE accounts.session OWNER TO accounts');
  expect(await findOwn()).toEqual([
    'ACCOUNTS_DATABASE_URL: its role accounts owns tables of the schema accounts: exchange it with ACCOUNTS_OWNER_DATABASE_URL if the two are swapped, ' +
      `or else let a superuser run REASSIGN OWNED BY "accounts" TO "accounts_owner" in the database accounts, and ${provisionOwn}`,
  ]);
  await administer('REASSIGN OWNED BY "accounts" TO "accounts_owner"');
  await provision('accounts', getUrls());
  expect(await findOwn()).toEqual([]);
});

test('finds the database and the role of another subgraph', async () => {
  const { owner } = getUrls();
  const { runtime } = getUrls('products');
  expect(await findOwn({ runtime, owner })).toEqual([
    `ACCOUNTS_DATABASE_URL: its database products has no schema accounts: name the database of accounts, or ${provisionOwn}`,
    'ACCOUNTS_OWNER_DATABASE_URL: leads to the database accounts, and ACCOUNTS_DATABASE_URL to products: give both the same host, port and database',
  ]);
  await administer('GRANT CONNECT ON DATABASE accounts TO products');
  expect(await findOwn({ runtime: replaceDatabase(runtime, 'accounts'), owner })).toEqual([
    `ACCOUNTS_DATABASE_URL: its role products may not use the schema accounts: name the role of accounts, or ${provisionOwn}`,
  ]);
});

test('finds a URL of the owner that leads to another database, or to a database of that name on another server', async () => {
  const { runtime, owner } = getUrls();
  await administer('GRANT CONNECT ON DATABASE products TO accounts_owner');
  expect(await findOwn({ runtime, owner: replaceDatabase(owner, 'products') })).toEqual([
    'ACCOUNTS_OWNER_DATABASE_URL: leads to the database products, and ACCOUNTS_DATABASE_URL to accounts: give both the same host, port and database',
  ]);
  const other = await startOwnServer();
  try {
    const there = required(other.urls.get('accounts'), 'accounts');
    await provision('accounts', there);
    const urls = new Map([['accounts', { runtime, owner: there.owner }]]);
    const problem =
      'ACCOUNTS_OWNER_DATABASE_URL: leads to another server than ACCOUNTS_DATABASE_URL: give both the same host, port and database';
    expect(await findProblems(urls)).toEqual([problem]);
    const refused = checkQueryRoles(urls, { NODE_ENV: 'production' }, () => {});
    await expect(refused).rejects.toMatchObject({ problems: [problem] });
  } finally {
    await other.remove();
  }
});

/** Variables of production for all subgraphs, of which two have their URLs swapped. */
function buildVariables(): Variables {
  const secret = 'a secret of sixteen characters';
  const urls = [...getServer().urls].flatMap(([name, own]) => {
    const { runtime, owner } = getDatabaseKeys(name);
    const given = name === 'accounts' || name === 'payments' ? swap(own) : own;
    return [
      [runtime, given.runtime],
      [owner, given.owner],
    ];
  });
  return {
    NODE_ENV: 'production',
    IDENTITY_TRUST: `gateway=${newKeyPair().publicKey}`,
    PAYMENTS_PROVIDER_URL: 'http://127.0.0.1:9',
    PAYMENTS_PROVIDER_KEY: secret,
    PAYMENTS_WEBHOOK_SECRET: secret,
    ...Object.fromEntries(urls),
  };
}

async function readRefusal(args: string[]): Promise<unknown> {
  const running = startProcess(args, { ...buildVariables(), PORT: String(await findFreePort()) });
  const [code] = await once(running.child, 'close');
  const fatal = readLines(running).filter(({ level }) => level === 60);
  return { code, problems: fatal.map(({ problems }) => problems) };
}

const migrated = "SELECT to_regclass('products.migration') IS NOT NULL AS found";

test('npm start in production refuses what is wrong with all subgraphs together, before it migrates any', async () => {
  expect(await readRefusal(['commands/start.ts'])).toEqual({
    code: 1,
    problems: [[accountsSwapped(), swappedProblem('payments', 'the schema payments')]],
  });
  expect(await query(getUrls('products').owner, migrated)).toEqual([{ found: false }]);
});

test('a subgraph in production refuses swapped URLs by their names, and not with the error of a migration', async () => {
  expect(await readRefusal(['commands/subgraph.ts', 'accounts'])).toEqual({
    code: 1,
    problems: [[accountsSwapped()]],
  });
});

test('npm run migrate says the same before it migrates anything: it refuses in production, and warns in development', async () => {
  const variables = buildVariables();
  const sentences = [accountsSwapped(), swappedProblem('payments', 'the schema payments')];
  expect(await runCommand('migrate', ['all', 'up'], variables)).toEqual({
    status: 1,
    stdout: '',
    stderr: `The environment is not usable:\n${sentences.map((sentence) => `  - ${sentence}\n`).join('')}`,
  });
  expect(await query(getUrls('products').owner, migrated)).toEqual([{ found: false }]);
  const one = await runCommand('migrate', ['accounts', 'status'], { ...variables, NODE_ENV: 'development' });
  expect(one.stderr).toContain(`WARNING: ${accountsSwapped()}\n`);
});

test('a subgraph in development warns and starts', async () => {
  const port = await findFreePort();
  await administer('ALTER ROLE accounts BYPASSRLS');
  const running = startProcess(['commands/subgraph.ts', 'accounts'], {
    ...buildVariables(),
    NODE_ENV: 'development',
    PORT: String(port),
    ACCOUNTS_DATABASE_URL: getUrls().runtime,
    ACCOUNTS_OWNER_DATABASE_URL: getUrls().owner,
  });
  try {
    await waitUntilReady(`http://127.0.0.1:${port}/health/ready`, running);
    const warnings = readLines(running).filter(({ level }) => level === 40);
    expect(warnings.map(({ msg }) => msg)).toEqual([attributeProblem('accounts', 'BYPASSRLS')]);
  } finally {
    await running.stop();
    await administer('ALTER ROLE accounts NOBYPASSRLS');
  }
});
