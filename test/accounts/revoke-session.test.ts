import { expect, test } from 'vitest';
import { anonymous } from '../../platform/identity/viewer.ts';
import { subgraphTest } from '../support/subgraph.ts';
import { service } from '../support/viewers.ts';
import { buildPeople } from './people.ts';

const accounts = subgraphTest('accounts');
const { newcomer, signIn, viewerBehind } = buildPeople(accounts);

const revokeSession = 'mutation ($id: ID!) { revokeSession(id: $id) }';

test('ends one session of the account and leaves the others open', async () => {
  const ada = await newcomer();
  const other = await signIn(ada.email);
  const response = await accounts.data(revokeSession, { id: other.sessionId }, ada.viewer);
  expect(response).toEqual({ revokeSession: other.sessionId });
  expect(await viewerBehind(other.token)).toBeNull();
  expect(await viewerBehind(ada.token)).toEqual(ada.viewer);
  const { me } = await accounts.data('{ me { sessions { id isCurrent } } }', {}, ada.viewer);
  expect(me.sessions).toEqual([{ id: ada.sessionId, isCurrent: true }]);
});

test('answers a repeat like the first call, and keeps the time of the first', async () => {
  const { viewer, sessionId } = await newcomer();
  const revokedAt = async () =>
    (await accounts.sql('SELECT revoked_at FROM accounts.session WHERE id = $1', [sessionId]))[0]?.revoked_at;
  await accounts.data(revokeSession, { id: sessionId }, viewer);
  const first = await revokedAt();
  expect(first).toBeInstanceOf(Date);
  expect(await accounts.data(revokeSession, { id: sessionId }, viewer)).toEqual({ revokeSession: sessionId });
  expect(await revokedAt()).toEqual(first);
});

test('refuses a session of another account as not found, and leaves it open', async () => {
  const [ada, grace] = [await newcomer(), await newcomer()];
  expect(await accounts.refusal(revokeSession, { id: grace.sessionId }, ada.viewer)).toBe(
    'SESSION_NOT_FOUND',
  );
  expect(await viewerBehind(grace.token)).toEqual(grace.viewer);
});

test.each(['', 'not-a-uuid', "' OR true --", '00000000-0000-0000-0000-000000000000', 'x'.repeat(10_000)])(
  'finds no session with the id %j',
  async (id) => {
    const { viewer, token } = await newcomer();
    expect(await accounts.refusal(revokeSession, { id }, viewer)).toBe('SESSION_NOT_FOUND');
    expect(await viewerBehind(token)).not.toBeNull();
  },
);

test('refuses an anonymous caller', async () => {
  const { sessionId, token } = await newcomer();
  expect(await accounts.refusal(revokeSession, { id: sessionId }, anonymous)).toBe('UNAUTHENTICATED');
  expect(await accounts.refusal(revokeSession, { id: sessionId }, service('gateway'))).toBe('FORBIDDEN');
  expect(await viewerBehind(token)).not.toBeNull();
});
