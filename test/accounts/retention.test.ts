// What accounts deletes in the background: sessions that have ended for some days, and counts of attempts that say nothing any more.
import { expect, test } from 'vitest';
import { instanceTest, subgraphTest } from '../support/subgraph.ts';
import { buildPeople } from './people.ts';

const accounts = subgraphTest('accounts');
const { newcomer, signUp } = buildPeople(accounts);
const openInstance = instanceTest('accounts', accounts);

const sessionsOf = async (accountId: string) =>
  (await accounts.sql('SELECT id FROM accounts.session WHERE account_id = $1 ORDER BY id', [accountId])).map(
    ({ id }) => id,
  );

/** Adds sessions of an account. The SQL says when they expire, and when they were revoked. */
const addSessions = (accountId: string, expiresAt: string, revokedAt = 'NULL', count = 1) =>
  accounts.sql(
    `INSERT INTO accounts.session (id, account_id, token_hash, expires_at, revoked_at)
     SELECT gen_random_uuid(), $1, sha256(gen_random_uuid()::text::bytea), ${expiresAt}, ${revokedAt}
     FROM generate_series(1, $2) RETURNING id`,
    [accountId, count],
  );

test('deletes sessions that expired or were revoked seven days ago, and no others', async () => {
  const { id, sessionId } = await newcomer();
  await addSessions(id, `now() - interval '8 days'`);
  await addSessions(id, `now() + interval '1 day'`, `now() - interval '8 days'`);
  const [expired] = await addSessions(id, `now() - interval '6 days'`);
  const [revoked] = await addSessions(id, `now() + interval '1 day'`, `now() - interval '6 days'`);
  await openInstance();
  await expect.poll(() => sessionsOf(id)).toEqual([sessionId, expired?.id, revoked?.id].toSorted());
  await openInstance({ ACCOUNTS_ENDED_SESSION_DAYS: '0' });
  await expect.poll(() => sessionsOf(id)).toEqual([sessionId]);
});

test('deletes counts whose window is over, and keeps those that count and addresses that are known', async () => {
  const add = (key: string, windowEndsAt: string, knownUntil = 'NULL') =>
    accounts.sql(
      `INSERT INTO accounts.attempt (key, attempts, window_ends_at, known_until)
       VALUES (sha256($1), 1, ${windowEndsAt}, ${knownUntil})`,
      [key],
    );
  await accounts.sql('DELETE FROM accounts.attempt');
  await add('over', `now() - interval '1 second'`);
  await add('known no more', `now() - interval '2 days'`, `now() - interval '1 day'`);
  await add('counts', `now() + interval '1 minute'`);
  await add('known', `now() - interval '1 minute'`, `now() + interval '1 day'`);
  await openInstance();
  const count = async () => (await accounts.sql('SELECT FROM accounts.attempt')).length;
  await expect.poll(count).toBe(2);
});

test('deletes 500 rows with a statement, and goes on at once while there are more', async () => {
  const { id } = await signUp();
  const withoutRounds = await openInstance({ ACCOUNTS_SWEEP_MS: '0' });
  await addSessions(id, `now() - interval '8 days'`, 'NULL', 1_200);
  const busy = await openInstance();
  await expect.poll(() => sessionsOf(id)).toEqual([]);
  // Three rounds for the sessions and one for the attempts, and then a pause of an hour.
  const expected = withoutRounds.statements() + 4;
  await expect.poll(busy.statements).toBe(expected);
  await busy.close();
  expect(busy.statements()).toBe(expected);
});

test('several instances share the rows', async () => {
  const { id } = await signUp();
  await addSessions(id, `now() - interval '8 days'`, 'NULL', 1_200);
  await Promise.all([openInstance(), openInstance(), openInstance()]);
  await expect.poll(() => sessionsOf(id)).toEqual([]);
});

test('with a pause of zero it deletes nothing', async () => {
  const { id } = await signUp();
  await addSessions(id, `now() - interval '8 days'`);
  const still = await openInstance({ ACCOUNTS_SWEEP_MS: '0' });
  // Closing waits for a round that runs.
  await still.close();
  expect(await sessionsOf(id)).toHaveLength(1);
});
