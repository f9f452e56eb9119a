import { createHash } from 'node:crypto';
import argon2 from 'argon2';
import { expect, test } from 'vitest';
import { subgraphTest } from '../support/subgraph.ts';
import { buildPeople, createSession, password } from './people.ts';

const accounts = subgraphTest('accounts', { environment: { ACCOUNTS_SESSION_DAYS: '7' } });
const { signUp, signIn, viewerBehind } = buildPeople(accounts);

function attempt(email: string, withPassword = password) {
  return accounts.graphql(createSession, { input: { email, password: withPassword } });
}

test('signs in with the right password and returns token, session and account', async () => {
  const account = await signUp('ada@example.com');
  const response = await attempt('ada@example.com');
  expect(response).toEqual({
    data: {
      createSession: {
        token: expect.stringMatching(/^[\w-]{43}$/),
        session: {
          id: expect.stringMatching(/^[0-9a-f-]{36}$/),
          expiresAt: expect.any(String),
          isCurrent: false,
        },
        account: { id: account.id, email: 'ada@example.com' },
      },
    },
  });
});

test('accepts the email address in any letter case, and with spaces around it', async () => {
  await signUp('Case@Example.com');
  for (const email of ['Case@Example.com', 'cASE@eXAMPLE.COM', '  case@example.com ']) {
    expect((await attempt(email)).errors, email).toBeUndefined();
  }
});

test('gives exactly the same response to a wrong password and to an unknown email address', async () => {
  const { email } = await signUp();
  const wrong = await attempt(email, 'wrong horse battery');
  const unknown = await attempt('unknown@example.com');
  expect(wrong.errors?.[0]?.extensions).toEqual({ code: 'CREDENTIALS_WRONG' });
  expect(unknown).toEqual(wrong);
});

test('spends as much CPU on an unknown email address as on a wrong password', async () => {
  const { email } = await signUp();
  const measureCpu = async (address: string) => {
    const before = process.cpuUsage();
    for (let round = 0; round < 6; round += 1) await attempt(address, 'wrong horse battery');
    const { user, system } = process.cpuUsage(before);
    return user + system;
  };
  await measureCpu('warm-up@example.com');
  const ratio = (await measureCpu('unknown@example.com')) / (await measureCpu(email));
  // CPU time of all threads, not waiting time. Without one of the Argon2 verifications it would be a twentieth.
  expect(ratio).toBeGreaterThan(0.4);
  expect(ratio).toBeLessThan(2.5);
});

test.each(['', '\u0000', 'a\u0000b@example.com', '🔑'.repeat(500)])(
  'refuses %j as an email address like any unknown one',
  async (email) => {
    expect((await attempt(email)).errors?.[0]?.extensions?.code).toBe('CREDENTIALS_WRONG');
  },
);

test('stores only the SHA-256 of a token', async () => {
  const { email } = await signUp();
  const { token, sessionId } = await signIn(email);
  const [row] = await accounts.sql('SELECT * FROM accounts.session WHERE id = $1', [sessionId]);
  expect(row?.token_hash).toEqual(createHash('sha256').update(token).digest());
  expect(JSON.stringify(row)).not.toContain(token);
  expect(JSON.stringify(row)).not.toContain(Buffer.from(token, 'base64url').toString('hex'));
});

test('lets a session last as many days as the settings say', async () => {
  const { email } = await signUp();
  const { createSession: created } = await accounts.data(createSession, { input: { email, password } });
  const days = (Date.parse(created.session.expiresAt) - Date.now()) / 86_400_000;
  expect(days).toBeGreaterThan(6.99);
  expect(days).toBeLessThanOrEqual(7.01);
});

test('ends a session when it expires: its token is unknown, and the account no longer lists it', async () => {
  const { email } = await signUp();
  const ended = await signIn(email);
  const open = await signIn(email);
  await accounts.sql(`UPDATE accounts.session SET expires_at = now() WHERE id = $1`, [ended.sessionId]);
  expect(await viewerBehind(ended.token)).toBeNull();
  const { me } = await accounts.data('{ me { sessions { id isCurrent } } }', {}, open.viewer);
  expect(me.sessions).toEqual([{ id: open.sessionId, isCurrent: true }]);
});

test('keeps at most 100 open sessions: a new one replaces the oldest', async () => {
  const { email } = await signUp();
  const [oldest, second] = [await signIn(email), await signIn(email)];
  await accounts.sql(
    `INSERT INTO accounts.session (id, account_id, token_hash, expires_at)
     SELECT uuidv7(), $1, sha256(n::text::bytea), now() + interval '1 day' FROM generate_series(1, 98) n`,
    [second.viewer.accountId],
  );
  const newest = await signIn(email);
  expect(await viewerBehind(oldest.token)).toBeNull();
  expect(await viewerBehind(second.token)).not.toBeNull();
  const { me } = await accounts.data('{ me { sessions { id } } }', {}, newest.viewer);
  expect(me.sessions).toHaveLength(100);
  expect(me.sessions[0].id).toBe(newest.sessionId);
});

test('stores a new hash at the next sign-in when the old one was made with weaker parameters', async () => {
  const { id, email } = await signUp();
  const weak = await argon2.hash(password, { memoryCost: 8_192, timeCost: 1, parallelism: 1 });
  await accounts.sql('UPDATE accounts.account SET password_hash = $2 WHERE id = $1', [id, weak]);
  const hash = async () =>
    (await accounts.sql('SELECT password_hash FROM accounts.account WHERE id = $1', [id]))[0]?.password_hash;

  await Promise.all([signIn(email), signIn(email)]);
  const upgraded = await hash();
  expect(upgraded).toMatch(/^\$argon2id\$v=19\$m=19456,p=1,t=2\$/);
  await signIn(email);
  expect(await hash(), 'a hash of today is left alone').toBe(upgraded);
});

test('opens no session for a password that is being changed at that moment', async () => {
  const { id, email } = await signUp();
  const other = await argon2.hash('another horse battery');
  // Holds the changed row until the sign-in waits for it, or until the sign-in has wrongly opened its session.
  const change = accounts.sql(`
    DO $$ BEGIN
      UPDATE accounts.account SET password_hash = '${other}' WHERE id = '${id}';
      FOR attempt IN 1..1000 LOOP
        EXIT WHEN EXISTS (SELECT FROM accounts.session WHERE account_id = '${id}')
               OR EXISTS (SELECT FROM pg_stat_activity WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid)));
        PERFORM pg_sleep(0.01);
      END LOOP;
    END $$`);
  await expect
    .poll(() => accounts.sql('SELECT id FROM accounts.account WHERE id = $1 FOR UPDATE SKIP LOCKED', [id]))
    .toEqual([]);
  const response = await attempt(email);
  await change;
  expect(response.errors?.map(({ extensions }) => extensions?.code)).toEqual(['CREDENTIALS_WRONG']);
  expect(await accounts.sql('SELECT id FROM accounts.session WHERE account_id = $1', [id])).toEqual([]);
});
