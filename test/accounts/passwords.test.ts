import { lookup } from 'node:dns/promises';
import argon2 from 'argon2';
import { expect, test } from 'vitest';
import { anonymous } from '../../platform/identity/viewer.ts';
import { openPasswords, type Passwords, type TurnRequest } from '../../subgraphs/accounts/passwords.ts';
import { subgraphTest } from '../support/subgraph.ts';
import { buildPeople, createSession } from './people.ts';

const accounts = subgraphTest('accounts');
const { newcomer } = buildPeople(accounts);

/** A hash that is cheap to verify, to fill the queue with. */
const cheapHash = await argon2.hash('anything', { memoryCost: 64, timeCost: 2, parallelism: 1 });

/** Checks a password in a turn of the client. */
function check(passwords: Passwords, request: TurnRequest = {}, hash: string | null = cheapHash) {
  return passwords.inTurn(request, ({ verify }) => verify(hash, 'anything'));
}

/** One turn runs and 40 wait, all of one client. `end` lets them run, and waits for them. */
function fillQueue(passwords: Passwords, request: TurnRequest = {}) {
  const isOpen = Promise.withResolvers<void>();
  const running = passwords.inTurn(request, () => isOpen.promise);
  const waiting = Array.from({ length: 40 }, () => check(passwords, request));
  const outcomes = Promise.allSettled(waiting);
  return {
    end: async () => {
      isOpen.resolve();
      await running;
      return (await outcomes).map(({ status }) => status);
    },
  };
}

test('lets 40 requests wait, and refuses the next one at once with the time after which to come again', async () => {
  const passwords = openPasswords(2);
  const { end } = fillQueue(passwords);
  await expect(check(passwords)).rejects.toMatchObject({ code: 'OVERLOADED', details: { retryAfter: 2 } });
  expect(new Set(await end())).toEqual(new Set(['fulfilled']));
  expect(await check(passwords)).toBe(true);
});

test('a full queue of one address makes room for another address, which is next', async () => {
  const passwords = openPasswords(2);
  const { end } = fillQueue(passwords, { address: '192.0.2.1' });
  const order: string[] = [];
  const other = check(passwords, { address: '192.0.2.2' }).then(() => order.push('other'));
  await expect(check(passwords, { address: '192.0.2.1' })).rejects.toMatchObject({ code: 'OVERLOADED' });
  const statuses = await end();
  order.push('all');
  await other;
  expect(order).toEqual(['other', 'all']);
  expect(
    statuses.filter((status) => status === 'rejected'),
    'the newest of the other address',
  ).toHaveLength(1);
  expect(statuses.at(-1)).toBe('rejected');
});

test('all addresses of an IPv6 network share their turns', async () => {
  const passwords = openPasswords(2);
  const { end } = fillQueue(passwords, { address: '2001:db8::1' });
  await expect(check(passwords, { address: '2001:db8::2' })).rejects.toMatchObject({ code: 'OVERLOADED' });
  const other = check(passwords, { address: '2001:db8:0:1::1' });
  await end();
  expect(await other).toBe(true);
});

test('frees the turn when a verification fails', async () => {
  const passwords = openPasswords(1);
  for (let round = 0; round < 3; round += 1)
    await expect(check(passwords, {}, 'no hash at all')).rejects.toThrow();
  expect(await check(passwords)).toBe(true);
});

const { hash, verify, isOutdated } = await openPasswords(1).inTurn({}, async (hashing) => hashing);

test('returns false without a hash, for any password', async () => {
  expect(await verify(null, '')).toBe(false);
  expect(await verify(null, 'anything')).toBe(false);
});

test('verifies what it hashed', async () => {
  expect(await verify(await hash('correct horse battery'), 'correct horse battery')).toBe(true);
});

test.each([
  ['less memory', { memoryCost: 8_192 }, true],
  ['fewer passes', { timeCost: 1, memoryCost: 19_456 }, true],
  ['today’s parameters', { timeCost: 2, memoryCost: 19_456 }, false],
])('judges a hash made with %s', async (_parameters, parameters, expected) => {
  expect(isOutdated(await argon2.hash('anything', { timeCost: 2, parallelism: 1, ...parameters }))).toBe(
    expected,
  );
});

test('a sign-in whose client left while it waited is neither counted nor hashed', async () => {
  const { email } = await newcomer();
  const countAttempts = async () =>
    (await accounts.sql('SELECT coalesce(sum(attempts), 0)::int AS attempts FROM accounts.attempt'))[0]
      ?.attempts;
  const before = await countAttempts();
  const others = Array.from({ length: 4 }, (_, index) => {
    const input = { email: `somebody-${index}@example.com`, password: 'wrong horse battery' };
    return accounts.graphql(createSession, { input }, anonymous);
  });
  const client = new AbortController();
  const variables = { input: { email, password: 'wrong horse battery' } };
  const call = { viewer: anonymous, signal: client.signal, traceId: 'a'.repeat(32) };
  const left = accounts.opened().execute({ query: createSession, variables }, call);
  client.abort(new Error('the client left'));
  await Promise.all([left.catch(() => undefined), ...others]);
  // Without a client address, an attempt counts for the pair and for the account.
  expect(await countAttempts()).toBe(before + 2 * others.length);
});

test('answers a cheap query while 50 sign-ins wait', async () => {
  const { viewer } = await newcomer();
  let finished = 0;
  const signIns = Array.from({ length: 50 }, async (_nothing, index) => {
    // Each is for another account: too many for one account would be refused before any hashing.
    const input = { email: `unknown-${index}@example.com`, password: 'wrong horse battery' };
    await accounts.graphql(createSession, { input }, anonymous);
    finished += 1;
  });
  const { me } = await accounts.data('{ me { id } }', {}, viewer);
  expect(me.id).toBe(viewer.accountId);
  expect(finished, 'sign-ins that ended before the query').toBeLessThan(25);
  await Promise.all(signIns);
});

test('leaves one thread of Node to other work, on a machine of any size', async () => {
  const passwords = openPasswords(64);
  let finished = 0;
  const verifications = Array.from({ length: 24 }, async () => {
    await check(passwords, {}, null);
    finished += 1;
  });
  // A look-up of a host name needs a thread of the pool in which Argon2 runs.
  await lookup('localhost');
  expect(finished, 'verifications that ended before the look-up').toBeLessThan(12);
  await Promise.all(verifications);
});
