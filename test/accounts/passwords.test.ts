import { lookup } from 'node:dns/promises';
import argon2 from 'argon2';
import { expect, test } from 'vitest';
import { anonymous } from '../../platform/identity/viewer.ts';
import { openPasswords } from '../../subgraphs/accounts/passwords.ts';
import { subgraphTest } from '../support/subgraph.ts';
import { buildPeople, createSession } from './people.ts';

const accounts = subgraphTest('accounts');
const { newcomer } = buildPeople(accounts);

/** A hash that is cheap to verify, to fill the queue with. */
const cheapHash = await argon2.hash('anything', { memoryCost: 64, timeCost: 2, parallelism: 1 });

test('lets 200 requests wait and refuses the next one at once, until the queue has room again', async () => {
  const { verify } = openPasswords(1);
  const inLine = Array.from({ length: 201 }, () => verify(cheapHash, 'anything'));
  await expect(verify(cheapHash, 'anything')).rejects.toMatchObject({ code: 'OVERLOADED' });
  expect(new Set(await Promise.all(inLine))).toEqual(new Set([true]));
  expect(await verify(cheapHash, 'anything')).toBe(true);
});

test('counts hashing and verifying in one queue', async () => {
  const { verify, hash } = openPasswords(1);
  const inLine = Array.from({ length: 201 }, () => verify(cheapHash, 'anything'));
  await expect(hash('correct horse battery')).rejects.toMatchObject({ code: 'OVERLOADED' });
  await Promise.all(inLine);
});

test('frees the place in the queue when a verification fails', async () => {
  const { verify } = openPasswords(1);
  for (let round = 0; round < 3; round += 1) await expect(verify('no hash at all', 'x')).rejects.toThrow();
  expect(await verify(cheapHash, 'anything')).toBe(true);
});

test('returns false without a hash, for any password', async () => {
  const { verify } = openPasswords(1);
  expect(await verify(null, '')).toBe(false);
  expect(await verify(null, 'anything')).toBe(false);
});

test.each([
  ['less memory', { memoryCost: 8_192 }, true],
  ['fewer passes', { timeCost: 1, memoryCost: 19_456 }, true],
  ['today’s parameters', { timeCost: 2, memoryCost: 19_456 }, false],
])('judges a hash made with %s', async (_parameters, parameters, isOutdated) => {
  const hash = await argon2.hash('anything', { timeCost: 2, parallelism: 1, ...parameters });
  expect(openPasswords(1).isOutdated(hash)).toBe(isOutdated);
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
  const { verify } = openPasswords(64);
  let finished = 0;
  const verifications = Array.from({ length: 24 }, async () => {
    await verify(null, 'anything');
    finished += 1;
  });
  // A look-up of a host name needs a thread of the pool in which Argon2 runs.
  await lookup('localhost');
  expect(finished, 'verifications that ended before the look-up').toBeLessThan(12);
  await Promise.all(verifications);
});
