// When sessions and roles end. The gateway looks a session up once, at the start of each request, so that a change takes effect
// with the next request. A running request keeps the identity it began with, for at most REQUEST_TIMEOUT_MS. The tests run in
// separate processes, where the gateway caches signed identities.
import { expect, test } from 'vitest';
import { openWorld, type Session } from '../../support/world.ts';

const world = openWorld('processes', 'databases');

const me = '{ me { id roles purchases { edges { cursor } } payments { edges { cursor } } } }';
const ledger = '{ ledger { balanced } }';

/** Signs a customer in and queries every subgraph, so that the gateway has cached its signed identities. */
async function signInCustomer(): Promise<Session & { email: string; password: string }> {
  const session = await world.customer();
  await world.data(me, {}, session);
  return session as Session & { email: string; password: string };
}

const unauthenticated = { code: 'UNAUTHENTICATED' };

async function expectRejected(session: Session): Promise<void> {
  const product = await world.product({ name: 'Teapot' });
  for (const query of [me, ledger, 'mutation { revokeAllSessions }']) {
    const response = await world.graphql(query, {}, session);
    expect(response.errors?.map(({ extensions }) => extensions)).toEqual([unauthenticated]);
    expect(Object.values(response.data ?? {}), query).toEqual([null]);
    expect(response.extensions).toEqual({ session: 'EXPIRED' });
  }
  // What needs no session is answered beside what needs one.
  const query = 'query ($id: ID!) { product(id: $id) { name } me { id } }';
  expect(await world.graphql(query, { id: product }, session)).toMatchObject({
    data: { product: { name: 'Teapot' }, me: null },
    errors: [{ path: ['me'], extensions: unauthenticated }],
  });
}

test('a revoked session ends with the next request, at every subgraph', async () => {
  const session = await signInCustomer();
  expect(await world.data('mutation { revokeAllSessions }', {}, session)).toEqual({ revokeAllSessions: 1 });
  await expectRejected(session);
});

test('a session ends at the moment it expires', async () => {
  const session = await signInCustomer();
  await world.sql('accounts', 'UPDATE accounts.session SET expires_at = now() WHERE account_id = $1', [
    session.accountId,
  ]);
  await expectRejected(session);
});

test('the sessions of a deleted account end with it', async () => {
  const session = await signInCustomer();
  await world.sql('accounts', 'DELETE FROM accounts.account WHERE id = $1', [session.accountId]);
  await expectRejected(session);
});

test('a change of the password ends all other sessions, such as a stolen one, with the next request', async () => {
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

test('an expired session gets the same for what is its own, what is of others and what is nowhere', async () => {
  const owner = await signInCustomer();
  const paymentToken = 'tok_approve';
  const buy = `mutation ($id: ID!) { purchase(input: { lines: [{ productId: $id, quantity: 1 }],
    paymentToken: "${paymentToken}", idempotencyKey: "expired" }) { id } }`;
  const id = await world.product();
  const { purchase } = await world.data(buy, { id }, owner);
  const stranger = await signInCustomer();
  for (const session of [owner, stranger]) await world.data('mutation { revokeAllSessions }', {}, session);
  const count = async () =>
    Number((await world.sql('purchases', 'SELECT count(*) FROM purchases.purchase'))[0]?.count);
  const before = await count();
  for (const session of [owner, stranger]) {
    for (const asked of [purchase.id, id]) {
      const response = await world.graphql(
        'query ($id: ID!) { purchase(id: $id) { id } payment(id: $id) { id } }',
        { id: asked },
        session,
      );
      expect(response.data).toEqual({ purchase: null, payment: null });
      expect(response.errors?.map(({ extensions }) => extensions)).toEqual([
        unauthenticated,
        unauthenticated,
      ]);
    }
    expect(await world.refusal(buy, { id }, session)).toBe('UNAUTHENTICATED');
  }
  expect(await count()).toBe(before);
});

test('a running request keeps its identity, even when its own first mutation ends the session', async () => {
  const session = await signInCustomer();
  const mutation = 'mutation { first: revokeAllSessions second: revokeAllSessions }';
  expect(await world.data(mutation, {}, session)).toEqual({ first: 1, second: 0 });
  await expectRejected(session);
});

test('a change of roles takes effect with the next request, in both directions', async () => {
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

test('staff who remove their own role lose it with the next request, and cannot undo it', async () => {
  const session = await signInCustomer();
  const dismiss = `mutation ($id: ID!) { changeRoles(accountId: $id, roles: [CUSTOMER]) { roles } }`;
  const appoint = `mutation ($id: ID!) { changeRoles(accountId: $id, roles: [CUSTOMER, STAFF]) { roles } }`;
  await world.data(appoint, { id: session.accountId }, await world.staff());
  await world.data(dismiss, { id: session.accountId }, session);
  expect(await world.refusal(appoint, { id: session.accountId }, session)).toBe('FORBIDDEN');
  expect((await world.data(me, {}, session)).me.roles).toEqual(['CUSTOMER']);
});
