import { expect, test } from 'vitest';
import { anonymous } from '../../platform/identity/viewer.ts';
import { subgraphTest } from '../support/subgraph.ts';
import { buildPeople } from './people.ts';

const accounts = subgraphTest('accounts');
const { newcomer, signIn, viewerBehind } = buildPeople(accounts);

const revokeAllSessions = 'mutation { revokeAllSessions }';

test('ends every session of the account, including this one, and no session of another account', async () => {
  const [ada, grace] = [await newcomer(), await newcomer()];
  const others = [await signIn(ada.email), await signIn(ada.email)];
  expect(await accounts.data(revokeAllSessions, {}, ada.viewer)).toEqual({ revokeAllSessions: 3 });
  for (const { token } of [ada, ...others]) expect(await viewerBehind(token)).toBeNull();
  expect(await viewerBehind(grace.token)).toEqual(grace.viewer);
});

test('counts only sessions that were still open', async () => {
  const { viewer, email } = await newcomer();
  const [expired, revoked] = [await signIn(email), await signIn(email)];
  await accounts.sql('UPDATE accounts.session SET expires_at = now() WHERE id = $1', [expired.sessionId]);
  await accounts.data('mutation ($id: ID!) { revokeSession(id: $id) }', { id: revoked.sessionId }, viewer);
  expect(await accounts.data(revokeAllSessions, {}, viewer)).toEqual({ revokeAllSessions: 1 });
  expect(await accounts.data(revokeAllSessions, {}, viewer)).toEqual({ revokeAllSessions: 0 });
});

test('lets the account sign in again afterwards', async () => {
  const { viewer, email } = await newcomer();
  await accounts.data(revokeAllSessions, {}, viewer);
  const { token } = await signIn(email);
  expect(await viewerBehind(token)).not.toBeNull();
});

test('refuses an anonymous caller', async () => {
  expect(await accounts.refusal(revokeAllSessions, {}, anonymous)).toBe('UNAUTHENTICATED');
});
