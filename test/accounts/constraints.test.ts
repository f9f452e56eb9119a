import { readFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { subgraphTest } from '../support/subgraph.ts';

const accounts = subgraphTest('accounts');

const [ada, grace, session] = [1, 2, 3].map((n) => `00000000-0000-7000-8000-00000000000${n}`);

const insertAccount = 'INSERT INTO accounts.account (id, email, name, roles, password_hash) VALUES';
const insertSession = 'INSERT INTO accounts.session (id, account_id, token_hash, expires_at) VALUES';
const insertAttempt = 'INSERT INTO accounts.attempt (key, attempts, window_ends_at) VALUES';

/** For each constraint, a statement that only this constraint forbids. */
const violations: Record<string, string> = {
  account_pkey: `${insertAccount} ('${ada}', 'other@example.com', 'Other', '{}', 'none')`,
  account_email_key: `${insertAccount} ('${grace}', 'ADA@example.COM', 'Ada', '{}', 'none')`,
  account_email_check: `${insertAccount} ('${grace}', '@', 'Grace', '{}', 'none')`,
  account_roles_check: `${insertAccount} ('${grace}', 'grace@example.com', 'Grace', '{ADMIN}', 'none')`,
  session_pkey: `${insertSession} ('${session}', '${ada}', 'other', now())`,
  session_token_hash_key: `${insertSession} ('${grace}', '${ada}', 'token', now())`,
  attempt_pkey: `${insertAttempt} ('key', 2, now())`,
  session_account_id_fkey: `${insertSession} ('${grace}', '${grace}', 'other', now())`,
};

beforeAll(async () => {
  await accounts.sql(`${insertAccount} ('${ada}', 'ada@example.com', 'Ada', '{CUSTOMER}', 'none')`);
  await accounts.sql(`${insertSession} ('${session}', '${ada}', 'token', now())`);
  await accounts.sql(`${insertAttempt} ('key', 1, now())`);
});

test('provokes every constraint and unique index that the catalog lists, and no others', () => {
  const catalog = readFileSync(
    new URL('../../subgraphs/accounts/migrations/catalog.txt', import.meta.url),
    'utf8',
  );
  const named = [...catalog.matchAll(/^constraint \w+\.(\w+)|^index CREATE UNIQUE INDEX (\w+)/gm)];
  const names = new Set(named.map(([, constraint, index]) => constraint ?? index));
  expect(Object.keys(violations).toSorted()).toEqual([...names].toSorted());
});

test.each(Object.entries(violations))('%s is reported under its name', async (name, statement) => {
  const error = await accounts.sql(statement).then(
    () => 'nothing was refused',
    (cause: { constraint?: string }) => cause.constraint,
  );
  expect(error).toBe(name);
});

test('deletes the sessions of an account together with the account', async () => {
  await accounts.sql(`${insertAccount} ('${grace}', 'grace@example.com', 'Grace', '{}', 'none')`);
  await accounts.sql(`${insertSession} ('${grace}', '${grace}', 'hers', now())`);
  await accounts.sql('DELETE FROM accounts.account WHERE id = $1', [grace]);
  expect(await accounts.sql('SELECT id FROM accounts.session WHERE account_id = $1', [grace])).toEqual([]);
});
