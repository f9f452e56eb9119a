// When rights end. A session is looked up once for each request, when it begins; so it ends, and roles change, with the next
// request, wherever that goes. A request that has begun ends as whom it began: nothing is torn apart halfway, and none lasts
// longer than REQUEST_TIMEOUT_MS. In processes of their own, where gateways keep signed identities for reuse.
import { expect, test } from 'vitest';
import { openWorld, type Session } from '../../support/world.ts';

const world = openWorld('processes', 'databases');

const me = '{ me { id roles purchases { edges { cursor } } payments { edges { cursor } } } }';
const ledger = '{ ledger { balanced } }';

/** Everything that the gateway signed for this session is at hand now. */
async function signInCustomer(): Promise<Session & { email: string; password: string }> {
  const session = await world.customer();
  await world.data(me, {}, session);
  return session as Session & { email: string; password: string };
}

async function expectRejected(session: Session): Promise<void> {
  for (const query of [me, ledger, '{ __typename }', 'mutation { revokeAllSessions }']) {
    const response = await world.graphql(query, {}, session);
    expect(response.status, query).toBe(401);
    expect(response.errors?.map(({ extensions }) => extensions)).toEqual([{ code: 'UNAUTHENTICATED' }]);
    expect(response.data ?? null).toBeNull();
  }
}

test('a session that was revoked is over with the next request, at every subgraph', async () => {
  const session = await signInCustomer();
  expect(await world.data('mutation { revokeAllSessions }', {}, session)).toEqual({ revokeAllSessions: 1 });
  await expectRejected(session);
});

test('a session that expires is over at that moment', async () => {
  const session = await signInCustomer();
  await world.sql('accounts', 'UPDATE accounts.session SET expires_at = now() WHERE account_id = $1', [
    session.accountId,
  ]);
  await expectRejected(session);
});

test('the sessions of an account that is deleted are over with it', async () => {
  const session = await signInCustomer();
  await world.sql('accounts', 'DELETE FROM accounts.account WHERE id = $1', [session.accountId]);
  await expectRejected(session);
});

test('the other sessions end when the password changes: a thief is out with the next request', async () => {
  const owner = await signInCustomer();
  const signIn = 'mutation ($input: CreateSessionInput!) { createSession(input: $input) { token } }';
  const { email, password } = owner;
  const { createSession: stolen } = await world.data(signIn, { input: { email, password } });
  const thief = { token: stolen.token, accountId: owner.accountId };
  await world.data(me, {}, thief);
  const change = 'mutation ($input: ChangePasswordInput!) { changePassword(input: $input) { id } }';
  const input = { currentPassword: password, newPassword: 'a whole new password' };
  await world.data(change, { input }, owner);
  await expectRejected(thief);
  expect((await world.data(me, {}, owner)).me.id).toBe(owner.accountId);
});

test('a request that has begun ends as whom it began, also when its own first mutation ends the session', async () => {
  const session = await signInCustomer();
  const mutation = 'mutation { first: revokeAllSessions second: revokeAllSessions }';
  expect(await world.data(mutation, {}, session)).toEqual({ first: 1, second: 0 });
  await expectRejected(session);
});

test('staff who are no longer staff lose their rights with the next request, and get them back as quickly', async () => {
  const session = await signInCustomer();
  const appoint =
    'mutation ($id: ID!, $roles: [Role!]!) { changeRoles(accountId: $id, roles: $roles) { roles } }';
  const become = async (roles: string[]) =>
    world.data(appoint, { id: session.accountId, roles }, await world.staff());
  for (let round = 0; round < 2; round += 1) {
    await become(['CUSTOMER', 'STAFF']);
    expect(await world.data(ledger, {}, session)).toEqual({ ledger: { balanced: true } });
    await become(['CUSTOMER']);
    expect(await world.refusal(ledger, {}, session)).toBe('FORBIDDEN');
  }
});

test('staff who dismiss themselves do so with the next request, and cannot undo it', async () => {
  const session = await signInCustomer();
  const dismiss = `mutation ($id: ID!) { changeRoles(accountId: $id, roles: [CUSTOMER]) { roles } }`;
  const appoint = `mutation ($id: ID!) { changeRoles(accountId: $id, roles: [CUSTOMER, STAFF]) { roles } }`;
  await world.data(appoint, { id: session.accountId }, await world.staff());
  await world.data(dismiss, { id: session.accountId }, session);
  expect(await world.refusal(appoint, { id: session.accountId }, session)).toBe('FORBIDDEN');
  expect((await world.data(me, {}, session)).me.roles).toEqual(['CUSTOMER']);
});
