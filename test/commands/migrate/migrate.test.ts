// npm run migrate: on the embedded PostgreSQL, which it starts and stops itself, beside a running npm start, and on the
// databases that the environment names.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, inject, test } from 'vitest';
import { type DatabaseUrls, getDatabaseKeys } from '../../../platform/process/database-urls.ts';
import { isAlive } from '../../../platform/process/is-alive.ts';
import { copyProject, startCommand } from '../../support/commands.ts';
import { cloneDatabase, query } from '../../support/databases.ts';
import type { Variables } from '../../support/processes.ts';
import { required } from '../../support/required.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { migrate, migrationsOf, names, placeLine, postmaster, statusOf } from './migrate-command.ts';

const root = temporaryFolder();
const untouched = join(root, 'untouched');
const drops: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const drop of drops) await drop();
  rmSync(root, { recursive: true, force: true });
});

function variablesFor(name: string, { runtime, owner }: DatabaseUrls): Variables {
  const keys = getDatabaseKeys(name);
  return { [keys.runtime]: runtime, [keys.owner]: owner };
}

async function clone(name: string): Promise<DatabaseUrls> {
  const { urls, drop } = await cloneDatabase({ adminUrl: inject('adminUrl'), name });
  drops.push(drop);
  return urls;
}

async function untilPostgres(dataDir: string): Promise<number> {
  await expect.poll(() => postmaster(dataDir), { timeout: 20_000, interval: 5 }).toBeGreaterThan(0);
  return postmaster(dataDir);
}

test('prints its usage for unknown arguments, and the known names for an unknown name', async () => {
  const usage =
    'usage: npm run migrate -- <name|all> up|down|status|snapshot [--breaking (up, down)] [--yes (down)]\n';
  const unknown = [
    [],
    ['accounts'],
    ['accounts', 'constructor'],
    ['accounts', 'status', 'up'],
    ['accounts', 'up', '--yes'],
    ['accounts', 'down', '--yes', '--yes'],
  ];
  const answers = await Promise.all(unknown.map((args) => migrate(args, { DATA_DIR: untouched })));
  for (const [index, answer] of answers.entries())
    expect(answer, unknown[index]?.join(' ')).toEqual({ status: 2, stdout: '', stderr: usage });
  expect(await migrate(['unknown', 'up'], { DATA_DIR: untouched })).toEqual({
    status: 1,
    stdout: '',
    stderr: `There is no subgraph "unknown" in supergraph.yaml. It has: ${names.join(', ')}\n`,
  });
  expect(existsSync(untouched)).toBe(false);
});

test('goes up, down and up again on an embedded PostgreSQL that it starts, and leaves nothing running', async () => {
  const dataDir = temporaryFolder(root);
  const migrations = await migrationsOf('accounts');
  const up = startCommand('migrate', ['accounts', 'up'], { DATA_DIR: dataDir });
  const pid = await untilPostgres(dataDir);
  const { stdout, ...ended } = await up.ended;
  expect(ended).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(/^accounts: the database accounts at 127\.0\.0\.1:\d+, whose data is in \S+\n/);
  expect(stdout).toContain(`whose data is in ${dataDir}\n`);
  expect(stdout.replaceAll(placeLine, '')).toBe(`accounts: ran ${migrations.join(', ')}\n`);
  expect(isAlive(pid, 'postgres')).toBe(false);
  expect(postmaster(dataDir)).toBe(0);
  expect(existsSync(join(dataDir, 'used-by.pid'))).toBe(false);

  const variables = { DATA_DIR: dataDir };
  const newest = migrations.at(-1);
  const down = await migrate(['accounts', 'down'], variables);
  expect(down).toEqual({ status: 0, stdout: `accounts: reverted ${newest}\n`, stderr: '' });
  const status = await migrate(['accounts', 'status'], variables);
  expect(status).toEqual({ status: 0, stdout: await statusOf('accounts', 1), stderr: '' });
  const again = await migrate(['accounts', 'up'], variables);
  expect(again).toEqual({ status: 0, stdout: `accounts: ran ${newest}\n`, stderr: '' });
});

test('writes no snapshot of a database with pending migrations, and says what to run first', async () => {
  const urls = await clone('accounts');
  const variables = variablesFor('accounts', urls);
  const catalog = new URL('../../../subgraphs/accounts/migrations/catalog.txt', import.meta.url);
  const before = readFileSync(catalog, 'utf8');
  expect(await migrate(['accounts', 'down'], variables)).toMatchObject({ status: 0 });
  expect(await migrate(['accounts', 'snapshot'], variables)).toEqual({
    status: 1,
    stdout: '',
    stderr: 'accounts has pending migrations; run: npm run migrate -- accounts up\n',
  });
  expect(readFileSync(catalog, 'utf8')).toBe(before);
});

test('stops the PostgreSQL that it started when it is interrupted, and releases the data folder', async () => {
  const dataDir = temporaryFolder(root);
  const { child, ended } = startCommand('migrate', ['all', 'up'], { DATA_DIR: dataDir });
  const pid = await untilPostgres(dataDir);
  child.kill('SIGINT');
  expect((await ended).status).toBe(1);
  expect(isAlive(pid, 'postgres')).toBe(false);
  expect(existsSync(join(dataDir, 'used-by.pid'))).toBe(false);
});

test('reports drift of databases that the environment names, and ends with 1', async () => {
  const urls = new Map(await Promise.all(names.map(async (name) => [name, await clone(name)] as const)));
  const own = [...urls].map(([name, given]) => variablesFor(name, given));
  const variables = Object.assign({ DATA_DIR: untouched }, ...own);
  const applied = await Promise.all(names.map((name) => statusOf(name)));
  expect(await migrate(['all', 'status'], variables)).toEqual({
    status: 0,
    stdout: applied.join(''),
    stderr: '',
  });

  const { owner } = required(urls.get('products'), 'products has a clone');
  await query(owner, 'ALTER TABLE products.product ADD COLUMN odd int');
  const { status, stdout } = await migrate(['all', 'status'], variables);
  expect(status).toBe(1);
  const drift = stdout.split('\n').filter((line) => line.includes('DRIFT'));
  expect(drift).toContain('products: DRIFT not in catalog.txt: column product.odd integer');
  for (const line of drift) expect(line).toMatch(/^products: .*odd/);
  expect(existsSync(untouched), 'no PostgreSQL of its own').toBe(false);
});

test('tells a database that is newer than the code, and writes no snapshot of it', async () => {
  const urls = await clone('accounts');
  const variables = variablesFor('accounts', urls);
  await query(
    urls.owner,
    `INSERT INTO accounts.migration (timestamp, name) VALUES (1999999999999, 'Tomorrow')`,
  );
  expect(await migrate(['accounts', 'status'], variables)).toEqual({
    status: 0,
    stdout: `${await statusOf('accounts')}accounts: applied Tomorrow, which this code does not know\naccounts: the database is NEWER than this code\n`,
    stderr: '',
  });
  expect(await migrate(['accounts', 'up'], variables)).toEqual({
    status: 0,
    stdout: expect.stringMatching(
      /"migrations":\["Tomorrow"\].*the database is newer than this code.*\naccounts: is up to date\n$/,
    ),
    stderr: '',
  });
  expect(await migrate(['accounts', 'snapshot'], variables)).toEqual({
    status: 1,
    stdout: '',
    stderr: 'accounts: the database is newer than this code, which lacks Tomorrow\n',
  });
});

test('has nothing to do when all migrations are applied, and writes the committed catalog', async () => {
  const copy = copyProject(temporaryFolder(root));
  const variables = { DATA_DIR: untouched, ...variablesFor('accounts', await clone('accounts')) };
  const up = await migrate(['accounts', 'up'], variables);
  expect(up).toEqual({ status: 0, stdout: 'accounts: is up to date\n', stderr: '' });

  const file = 'subgraphs/accounts/migrations/catalog.txt';
  const committed = readFileSync(join(copy, file), 'utf8');
  rmSync(join(copy, file));
  const unlisted = 'subgraphs/accounts/migrations/1790000000009-add-odd.ts';
  writeFileSync(join(copy, unlisted), 'export class AddOdd1790000000009 {}\n');
  const status = await migrate(['accounts', 'status'], variables, copy);
  expect(status).toEqual({
    status: 1,
    stdout: `${await statusOf('accounts')}accounts: DRIFT index.ts does not list AddOdd1790000000009 of migrations/1790000000009-add-odd.ts, so that it never runs
accounts: DRIFT migrations/catalog.txt is missing: write it with: npm run migrate -- accounts snapshot\n`,
    stderr: '',
  });
  const snapshot = await migrate(['accounts', 'snapshot'], variables, copy);
  expect(snapshot).toEqual({ status: 0, stdout: `accounts: wrote ${file}\n`, stderr: '' });
  expect(readFileSync(join(copy, file), 'utf8')).toBe(committed);
});

test('tells a down that does not restore the catalog', async () => {
  const copy = copyProject(temporaryFolder(root));
  const file = join(copy, 'subgraphs/accounts/migrations/1790000000003-create-attempt.ts');
  const text = readFileSync(file, 'utf8');
  const forgetful = text.replace("'DROP TABLE accounts.attempt'", "'SELECT 1'");
  expect(forgetful).not.toBe(text);
  writeFileSync(file, forgetful);
  const variables = { DATA_DIR: untouched, ...variablesFor('accounts', await clone('accounts')) };
  const { status, stdout, stderr } = await migrate(['accounts', 'status'], variables, copy);
  expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
  const applied = await statusOf('accounts');
  const found = stdout.slice(applied.length).trim().split('\n');
  expect(stdout.slice(0, applied.length)).toBe(applied);
  expect(found).toContain(
    'accounts: REVERT the down of CreateAttempt1790000000003 leaves: column attempt.key bytea not null',
  );
  for (const line of found)
    expect(line).toMatch(/^accounts: REVERT the down of CreateAttempt1790000000003 leaves: /);
});

test('names every variable that is missing as soon as one database is named, and starts nothing', async () => {
  const url = 'postgresql://role:password@127.0.0.1:1/database';
  const missing = (keys: string[]) =>
    `The environment is not usable:\n${keys.map((key) => `  - ${key}: is missing\n`).join('')}`;
  const [all, one, invalid] = await Promise.all([
    migrate(['all', 'status'], { DATA_DIR: untouched, ACCOUNTS_DATABASE_URL: url }),
    // The owner's URL alone, and another subgraph's, is a half-done configuration too.
    migrate(['accounts', 'status'], { DATA_DIR: untouched, PRODUCTS_OWNER_DATABASE_URL: url }),
    // The settings of a subgraph are judged with them, also on the embedded PostgreSQL, which is not started for that.
    migrate(['payments', 'up'], { DATA_DIR: untouched, PAYMENTS_SWEEP_MS: 'often', LOG_LEVEL: 'loud' }),
  ]);
  const keys = names.flatMap((name) => [getDatabaseKeys(name).runtime, getDatabaseKeys(name).owner]);
  expect(all).toEqual({
    status: 1,
    stdout: '',
    stderr: missing(keys.filter((key) => key !== 'ACCOUNTS_DATABASE_URL')),
  });
  expect(one).toEqual({
    status: 1,
    stdout: '',
    stderr: missing(['ACCOUNTS_DATABASE_URL', 'ACCOUNTS_OWNER_DATABASE_URL']),
  });
  const problems = invalid.stderr.split('\n').flatMap((line) => /- (\w+):/.exec(line)?.[1] ?? []);
  expect({ status: invalid.status, problems }).toEqual({
    status: 1,
    problems: ['LOG_LEVEL', 'PAYMENTS_SWEEP_MS'],
  });
  expect(existsSync(untouched)).toBe(false);
});
