// npm run provision -- <name> --second-login and --drop-second-login: a second login for each role, with the same rights, as the change of a
// password needs it.
import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import pg from 'pg';
import { afterAll, expect, test } from 'vitest';
import { provision, replaceDatabase } from '../../../platform/database/provision.ts';
import { runCommand } from '../../support/commands.ts';
import { query } from '../../support/databases.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { openPlaces, type Place, uniqueName, variablesFor } from './place.ts';

const { placeIn } = openPlaces();
const folder = temporaryFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A place with the roles of accounts, a table with a row, and the file that gets the second logins. */
async function openPlace() {
  const place = placeIn(uniqueName());
  const file = join(folder, `${place.database}.env`);
  const run = (...args: string[]) =>
    runCommand('provision', ['accounts', ...args], variablesFor('accounts', place));
  await provision('accounts', place);
  await query(place.owner, 'CREATE TABLE accounts.note (id int)');
  await query(place.runtime, 'INSERT INTO accounts.note VALUES (1)');
  const administer = (sql: string) => query(replaceDatabase(place.admin, place.database), sql);
  return {
    place,
    file,
    run,
    administer,
    add: () => run('--second-login', file),
    drop: () => run('--drop-second-login'),
  };
}

function readSecond(file: string): Pick<Place, 'runtime' | 'owner'> {
  const { ACCOUNTS_DATABASE_URL: runtime = '', ACCOUNTS_OWNER_DATABASE_URL: owner = '' } = parseEnv(
    readFileSync(file, 'utf8'),
  );
  return { runtime, owner };
}

const refusal = (sentence: string) => ({ status: 1, stdout: '', stderr: `accounts: ${sentence}\n` });
const made = (file: string) => ({
  status: 0,
  stdout: `accounts: its two roles have second logins, whose URLs are in ${file}\n`,
  stderr: '',
});
const dropped = { status: 0, stdout: 'accounts: its two roles have no second logins\n', stderr: '' };

/** A session that stays open while `work` runs. */
async function whileOpen<Result>(url: string, work: () => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return work().finally(() => client.end());
}

/** The limit of a role, and its settings without those that name itself. */
async function readSettings({ admin }: Place, role: string): Promise<string[]> {
  const [found] = await query(
    admin,
    'SELECT rolconnlimit AS limit, rolconfig AS settings, rolinherit, rolsuper, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = $1',
    [role],
  );
  const { settings, ...rest } = found;
  return [JSON.stringify(rest), ...settings.filter((line: string) => !line.startsWith('role=')).toSorted()];
}

test('makes two logins that do what the first ones do, in a file that only its owner reads, and repeats it', async () => {
  const { place, file, add } = await openPlace();
  expect(await add()).toEqual(made(file));
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const second = readSecond(file);
  for (const role of [place.runtimeRole, place.ownerRole])
    expect(await readSettings(place, `${role}_b`)).toEqual(await readSettings(place, role));

  await query(second.runtime, 'INSERT INTO accounts.note VALUES (2)');
  await query(
    second.owner,
    'CREATE TABLE accounts.later (id int); ALTER TABLE accounts.note ADD COLUMN text text',
  );
  for (const url of [place.runtime, second.runtime]) {
    expect(await query(url, 'SELECT id, text FROM note, (SELECT count(*) FROM later) ORDER BY id')).toEqual([
      { id: 1, text: null },
      { id: 2, text: null },
    ]);
    await expect(query(url, 'CREATE TABLE accounts.other ()')).rejects.toThrow('permission denied');
  }
  expect(
    await query(place.owner, `SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'accounts'`),
  ).toEqual([{ tableowner: place.ownerRole }]);

  // The instances that use the file lose nothing when the command runs again.
  expect(await whileOpen(second.runtime, add)).toEqual(made(file));
  expect(readSecond(file)).toEqual(second);
  expect(await query(second.runtime, 'SELECT count(*)::int AS count FROM note')).toEqual([{ count: 2 }]);
});

test('refuses new passwords while a session is open, and a file of other logins, and leaves all as it was', async () => {
  const { file, run, add } = await openPlace();
  const other = `${file}.other`;
  await add();
  const second = readSecond(file);
  const { username } = new URL(second.owner);
  expect(await whileOpen(second.owner, () => run('--second-login', other))).toEqual(
    refusal(
      `${username} still has open sessions: name the file that has its password, or repeat the command when no instance uses it`,
    ),
  );
  expect(existsSync(other)).toBe(false);
  await query(second.runtime, 'SELECT');

  const { place: stranger, run: runElsewhere } = await openPlace();
  expect(await runElsewhere('--second-login', file)).toEqual({
    status: 1,
    stdout: '',
    stderr: `${file} does not hold the second logins of accounts: ${[
      `ACCOUNTS_DATABASE_URL: must have the role ${stranger.runtimeRole}_b, and has ${new URL(second.runtime).username}`,
      `ACCOUNTS_OWNER_DATABASE_URL: must have the role ${stranger.ownerRole}_b, and has ${username}`,
    ].join('; ')}\n`,
  });
});

test('refuses roles that are not there yet, and a login of somebody else', async () => {
  const place = placeIn(uniqueName());
  const { database, runtimeRole, ownerRole, admin } = place;
  await query(admin, `CREATE DATABASE ${database}`);
  const file = join(folder, `${database}.env`);
  const run = () =>
    runCommand('provision', ['accounts', '--second-login', file], variablesFor('accounts', place));
  expect(await run()).toEqual(
    refusal(`there is no role ${runtimeRole} yet: run npm run provision -- accounts first`),
  );
  await query(admin, `CREATE ROLE ${runtimeRole}; CREATE ROLE ${ownerRole}; CREATE ROLE ${ownerRole}_b`);
  expect(await run()).toEqual(
    refusal(
      `the role ${ownerRole}_b is no member of ${ownerRole}, and so not its second login: rename it, or make it a member`,
    ),
  );
  expect(existsSync(file)).toBe(false);
});

test('drops the second logins when nothing of them is left, and says what is', async () => {
  const { place, file, add, drop, administer } = await openPlace();
  await add();
  const second = readSecond(file);
  const [reader, keeper] = [`${place.runtimeRole}_b`, `${place.ownerRole}_b`];
  expect(await whileOpen(second.runtime, drop)).toEqual(
    refusal(
      `${reader} still has open sessions: restart the instances that use it with the URLs of the first logins`,
    ),
  );
  await administer(`SET ROLE ${keeper}; CREATE TABLE accounts.own ()`);
  await administer(`GRANT SELECT ON accounts.note TO ${reader}`);
  const remedy = (role: string) =>
    `let a superuser run REASSIGN OWNED BY "${role}" TO "${place.ownerRole}" and DROP OWNED BY "${role}" there`;
  expect(await drop()).toEqual(
    refusal(`the role ${reader} owns or has rights of its own on table accounts.note: ${remedy(reader)}`),
  );
  await administer(`REASSIGN OWNED BY "${reader}" TO "${place.ownerRole}"; DROP OWNED BY "${reader}"`);
  expect(await drop()).toEqual(
    refusal(`the role ${keeper} owns or has rights of its own on table accounts.own: ${remedy(keeper)}`),
  );
  await administer(`REASSIGN OWNED BY "${keeper}" TO "${place.ownerRole}"; DROP OWNED BY "${keeper}"`);
  for (const _run of ['first', 'repeated']) expect(await drop()).toEqual(dropped);
  expect(
    await query(place.admin, 'SELECT rolname FROM pg_roles WHERE rolname = ANY($1)', [[reader, keeper]]),
  ).toEqual([]);
  expect(await query(place.runtime, 'SELECT count(*)::int AS count FROM note')).toEqual([{ count: 1 }]);
});

test('provision refuses a second login, and any role that would get no rights on the tables that are there', async () => {
  const { place, file, add } = await openPlace();
  const other = (key: string, role: string, relation: string, right: string) =>
    `${key}: its role ${role} is not the one that the schema accounts ${relation}: name ${right}`;
  const runAs = (urls: Partial<Place>) =>
    provision('accounts', { ...place, ...urls }).catch((cause: Error) => cause.message);
  const rename = (url: string, role: string) => Object.assign(new URL(url), { username: role }).href;
  const [reader, keeper] = [`${place.runtimeRole}_b`, `${place.ownerRole}_b`];
  const refusals = [
    other('ACCOUNTS_DATABASE_URL', reader, 'answers queries with', place.runtimeRole),
    other('ACCOUNTS_OWNER_DATABASE_URL', keeper, 'is owned by', place.ownerRole),
  ];
  const given = [{ runtime: rename(place.runtime, reader) }, { owner: rename(place.owner, keeper) }];
  expect(await Promise.all(given.map(runAs)), 'before they are there').toEqual(refusals);
  await add();
  expect(await Promise.all(given.map(runAs)), 'when they are there').toEqual(refusals);
  // Before the first migration there is no table to tell.
  await query(place.owner, 'DROP TABLE accounts.note');
  expect(await runAs(given[0] ?? {})).toEqual(refusals[0]);
  await provision('accounts', place);
  expect(await query(readSecond(file).runtime, 'SELECT session_user::text AS role')).toEqual([
    { role: reader },
  ]);
});
