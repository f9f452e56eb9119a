// Password guessing: how many tries each kind of attack gets, and that it does not lock owners out. The limits here are small.
import { rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { SubgraphResponse } from '../../../platform/calls/call.ts';
import type { Viewer } from '../../../platform/identity/viewer.ts';
import { asAccountId, newSessionId } from '../../../platform/values/ids.ts';
import { subgraphTest } from '../../support/subgraph.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { getOutcome, getWait, limits, openGuesser, openSecondInstance, password } from './guessing.ts';

const accounts = subgraphTest('accounts', { environment: limits });
const { attempt, signUp, changePassword, createAccount, newAddress } = openGuesser(accounts);

const wrong = 'CREDENTIALS_WRONG';
const tooMany = 'TOO_MANY_ATTEMPTS';

/** The windows of two attempts begin one after the other, so that their seconds are compared on their own. */
function withoutSeconds(response: SubgraphResponse): unknown {
  return JSON.parse(JSON.stringify(response), (name, value) => (name === 'retryAfter' ? 'seconds' : value));
}

/** Guesses the password of one account several times from one address. */
async function guess(count: number, email: string, from: string): Promise<unknown[]> {
  const outcomes: unknown[] = [];
  for (let n = 0; n < count; n += 1) outcomes.push(getOutcome(await attempt({ email, from })));
  return outcomes;
}

test('refuses one address after a few guesses at one account, and then also the right password', async () => {
  const [{ email }, from] = [await createAccount(), newAddress()];
  expect(await guess(6, email, from)).toEqual([wrong, wrong, wrong, wrong, tooMany, tooMany]);
  const response = await attempt({ email, from, password });
  expect(response).toEqual({
    data: { createSession: null },
    errors: [
      {
        message:
          'There were too many attempts from your address or for this account. Try again in a few minutes.',
        path: ['createSession'],
        extensions: { code: tooMany, retryAfter: expect.any(Number) },
      },
    ],
  });
});

test('a refused attempt costs one statement: no account is read and no password is hashed', async () => {
  const [{ email }, from] = [await createAccount(), newAddress()];
  await guess(4, email, from);
  const before = accounts.statements();
  await attempt({ email, from });
  expect(accounts.statements() - before).toBe(1);
});

test('a sign-in takes three statements: the count, the account, and the session with the reset of the counts', async () => {
  const [{ email }, from] = [await createAccount(), newAddress()];
  const before = accounts.statements();
  expect(getOutcome(await attempt({ email, from, password }))).toBe('ok');
  expect(accounts.statements() - before).toBe(3);
});

test('sends the same responses for an email address with and without an account, from the first try to the last', async () => {
  const { email } = await createAccount();
  const [here, there] = [newAddress(), newAddress()];
  for (let n = 0; n < 7; n += 1) {
    const stranger = await attempt({ email: 'nobody@example.com', from: there });
    const known = await attempt({ email, from: here });
    expect(withoutSeconds(stranger)).toEqual(withoutSeconds(known));
    const [strangersWait, knownWait] = [Number(getWait(stranger) ?? 0), Number(getWait(known) ?? 0)];
    expect(Math.abs(strangersWait - knownWait), 'seconds between the waits').toBeLessThanOrEqual(5);
  }
});

test('30 concurrent guesses at two instances get no more tries than sequential ones', async () => {
  const [{ email }, from] = [await createAccount(), newAddress()];
  const folder = temporaryFolder();
  const other = await openSecondInstance(accounts, { NODE_ENV: 'test', DATA_DIR: folder, ...limits });
  try {
    const instances = [accounts.opened(), other];
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_nothing, n) => attempt({ email, from, at: instances[n % 2] ?? other })),
    );
    const outcomes = answers.map(getOutcome);
    expect(outcomes.filter((outcome) => outcome === wrong)).toHaveLength(4);
    expect(outcomes.filter((outcome) => outcome === tooMany)).toHaveLength(26);
  } finally {
    await other.close();
    rmSync(folder, { recursive: true, force: true });
  }
});

test('counts different spellings of an email address as one account, when PostgreSQL finds the same account', async () => {
  const from = newAddress();
  await signUp(undefined, 'kiki@example.com');
  // U+212A and U+0130 have k and i as lower case in PostgreSQL; JavaScript makes another text of the latter.
  const spellings = [
    'kiki@example.com',
    'KIKI@example.com',
    ' \u212Aiki@example.com',
    'k\u0130ki@example.com',
  ];
  for (const email of spellings) expect(getOutcome(await attempt({ email, from })), email).toBe(wrong);
  expect(getOutcome(await attempt({ email: 'k\u0130k\u0130@example.com', from }))).toBe(tooMany);
});

test('limits one address that tries one password on many accounts', async () => {
  const from = newAddress();
  const outcomes: unknown[] = [];
  for (let n = 0; n < 14; n += 1)
    outcomes.push(getOutcome(await attempt({ email: `spray-${n}@example.com`, from })));
  expect(outcomes).toEqual([...Array(12).fill(wrong), tooMany, tooMany]);
});

test('an attacker gets no new tries by signing in to another account between guesses', async () => {
  const [{ email }, from] = [await createAccount(), newAddress()];
  for (let n = 0; n < 12; n += 1) {
    expect(getOutcome(await attempt({ email: `between-${n}@example.com`, from }))).toBe(wrong);
    if (n < 11) expect(getOutcome(await attempt({ email, from, password }))).toBe('ok');
  }
  expect(getOutcome(await attempt({ email: 'between@example.com', from }))).toBe(tooMany);
});

test('counts a whole IPv6 network as one address', async () => {
  const { email } = await createAccount();
  for (let n = 0; n < 4; n += 1) {
    expect(getOutcome(await attempt({ email, from: `2001:db8:7::${n}:${n}` }))).toBe(wrong);
  }
  expect(getOutcome(await attempt({ email, from: '2001:db8:7:0:ffff::1' }))).toBe(tooMany);
  expect(getOutcome(await attempt({ email, from: '2001:db8:7:1::1' })), 'the next network').toBe(wrong);
});

test('limits guesses at one account from many addresses', async () => {
  const { email } = await createAccount();
  for (let n = 0; n < 10; n += 1)
    expect(getOutcome(await attempt({ email, from: newAddress() }))).toBe(wrong);
  expect(getOutcome(await attempt({ email, from: newAddress(), password }))).toBe(tooMany);
});

test('guesses from many addresses do not lock the owner out at an address of an earlier sign-in', async () => {
  const [{ email }, home] = [await createAccount(), newAddress()];
  expect(getOutcome(await attempt({ email, from: home, password }))).toBe('ok');
  for (let n = 0; n < 11; n += 1) await attempt({ email, from: newAddress() });
  expect(getOutcome(await attempt({ email, from: newAddress(), password }))).toBe(tooMany);
  expect(getOutcome(await attempt({ email, from: home, password }))).toBe('ok');
});

test('an address of a sign-in stays known for 30 days', async () => {
  const [{ email }, home] = [await createAccount(), newAddress()];
  await attempt({ email, from: home, password });
  const known = `known_until > now() + interval '29 days' AND known_until < now() + interval '31 days'`;
  const forget = await accounts.sql(
    `UPDATE accounts.attempt SET known_until = now() WHERE ${known} AND key =
       sha256(convert_to('pair ' || $1 || ' ' || $2, 'UTF8')) RETURNING key`,
    [home, email],
  );
  expect(forget).toHaveLength(1);
  for (let n = 0; n < 10; n += 1) await attempt({ email, from: newAddress() });
  expect(getOutcome(await attempt({ email, from: home, password }))).toBe(tooMany);
});

test('one address uses up no more of the account’s tries than its own limit', async () => {
  const { email } = await createAccount();
  await guess(40, email, newAddress());
  expect(getOutcome(await attempt({ email, from: newAddress(), password }))).toBe('ok');
});

test('a refused client waits until the window ends, and further tries do not extend it', async () => {
  const [{ email }, from] = [await createAccount(), newAddress()];
  await guess(4, email, from);
  const rows = () =>
    accounts.sql('SELECT window_ends_at FROM accounts.attempt WHERE attempts > 0 ORDER BY key');
  const before = await rows();
  await guess(3, email, from);
  expect(await rows()).toEqual(before);
  await accounts.sql('UPDATE accounts.attempt SET window_ends_at = now()');
  expect(getOutcome(await attempt({ email, from, password }))).toBe('ok');
});

test('the right password resets the count: an owner who mistypes sometimes is never refused', async () => {
  const [{ email }, from] = [await createAccount(), newAddress()];
  for (let day = 0; day < 3; day += 1) {
    await guess(3, email, from);
    expect(getOutcome(await attempt({ email, from, password }))).toBe('ok');
  }
});

test('concurrent sign-ins to one account neither deadlock nor lose a count', async () => {
  const [{ email }, from] = [await createAccount(), newAddress()];
  const answers = await Promise.all(Array.from({ length: 4 }, () => attempt({ email, from, password })));
  expect(answers.map(getOutcome)).toEqual(['ok', 'ok', 'ok', 'ok']);
  const [row] = await accounts.sql(
    `SELECT attempts FROM accounts.attempt WHERE key = sha256(convert_to('address ' || $1, 'UTF8'))`,
    [from],
  );
  expect(row).toEqual({ attempts: 0 });
});

test('a stolen session gives no extra guesses: changePassword counts like a sign-in', async () => {
  const [{ id, email }, from] = [await createAccount(), newAddress()];
  const thief: Viewer = {
    kind: 'account',
    accountId: asAccountId(id),
    sessionId: newSessionId(),
    roles: ['CUSTOMER'],
  };
  for (let n = 0; n < 4; n += 1) expect(getOutcome(await changePassword(thief, from, 'a guess'))).toBe(wrong);
  expect(getOutcome(await changePassword(thief, from, password))).toBe(tooMany);
  expect(getOutcome(await attempt({ email, from, password })), 'one count').toBe(tooMany);
  expect(getOutcome(await changePassword(thief, newAddress(), password))).toBe('ok');
});

test('limits the sign-ups of one address, whether the email addresses are new or in use', async () => {
  const [from, taken] = [newAddress(), (await createAccount()).email];
  expect(getOutcome(await signUp(from))).toBe('ok');
  expect(getOutcome(await signUp(from, taken))).toBe('EMAIL_IN_USE');
  expect(getOutcome(await signUp(from))).toBe('ok');
  const before = accounts.statements();
  expect([getOutcome(await signUp(from)), getOutcome(await signUp(from, taken))]).toEqual([tooMany, tooMany]);
  expect(accounts.statements() - before, 'only the count is updated').toBe(2);
  expect(getOutcome(await signUp(newAddress()))).toBe('ok');
});

test('later attempts delete expired counts, and keep those that still count', async () => {
  const [{ email }, from] = [await createAccount(), newAddress()];
  await attempt({ email, from: newAddress(), password });
  await accounts.sql(
    `INSERT INTO accounts.attempt (key, attempts, window_ends_at)
     SELECT sha256(n::text::bytea), 1, now() - interval '1 minute' FROM generate_series(1, 20) n`,
  );
  const over = async () =>
    (await accounts.sql('SELECT FROM accounts.attempt WHERE window_ends_at < now() AND known_until IS NULL'))
      .length;
  const known = async () =>
    (await accounts.sql('SELECT FROM accounts.attempt WHERE known_until > now()')).length;
  const knownBefore = await known();
  await accounts.sql('UPDATE accounts.attempt SET window_ends_at = now() - interval $$1 minute$$');
  await guess(4, email, from);
  await expect.poll(async () => (await guess(1, email, from)) && over()).toBe(0);
  expect(await known()).toBe(knownBefore);
});

test('the table of attempts contains no email and no IP address', async () => {
  const from = '203.0.113.77';
  await attempt({ email: 'secretive@example.com', from });
  const rows = await accounts.sql('SELECT *, encode(key, $$escape$$) AS text FROM accounts.attempt');
  expect(rows.length).toBeGreaterThan(2);
  expect(JSON.stringify(rows)).not.toMatch(/secretive|203\.0\.113/);
});
