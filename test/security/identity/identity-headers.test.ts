// Headers in which a client claims an identity, sent to a gateway with subgraphs in separate processes. The identity comes from
// the session alone, and the gateway passes none of these headers on.

import { expect, test } from 'vitest';
import { addressBehindProxy } from '../../../gateway/http/client-address.ts';
import { getNetwork } from '../../../platform/identity/client-address.ts';
import { createSigner, newKeyPair, readPrivateKey } from '../../../platform/identity/signed-identity.ts';
import { anonymous } from '../../../platform/identity/viewer.ts';
import { service, staff } from '../../support/viewers.ts';
import { openWorld, type Session } from '../../support/world.ts';

const world = openWorld('processes', 'schemas');

async function ask(query: string, headers: Record<string, string>, session?: Session) {
  const authorization = session === undefined ? {} : { authorization: `Bearer ${session.token}` };
  const response = await fetch(world.url(), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...authorization, ...headers },
    body: JSON.stringify({ query }),
  });
  const body = (await response.json()) as {
    data?: Record<string, unknown> | null;
    errors?: { extensions: { code: string } }[];
  };
  return { status: response.status, trace: response.headers.get('trace-id'), ...body };
}

/** Builds the headers that some proxies and frameworks accept as an identity. */
function buildIdentityClaims(accountId: string): Record<string, string> {
  const viewer = JSON.stringify({ kind: 'account', accountId, sessionId: accountId, roles: ['STAFF'] });
  return Object.fromEntries([
    ...['x-user-id', 'x-account-id', 'x-authenticated-user', 'x-forwarded-user', 'remote-user'].map(
      (name) => [name, accountId],
    ),
    ...['viewer', 'x-viewer', 'x-auth-request-user', 'x-hasura-user-id'].map((name) => [name, viewer]),
    ...['x-role', 'x-roles', 'x-user-roles', 'x-hasura-role'].map((name) => [name, 'STAFF']),
    ...['x-service', 'x-service-name', 'x-internal-service', 'apollo-federation-include-trace'].map(
      (name) => [name, 'gateway'],
    ),
    ['x-authorization', `Bearer ${accountId}`],
    ['proxy-authorization', `Bearer ${accountId}`],
    ['cookie', `session=${accountId}; token=${accountId}; viewer=${encodeURIComponent(viewer)}`],
  ]);
}

test('a visitor who claims an identity in 20 headers stays a visitor', async () => {
  const { accountId } = await world.customer();
  expect(await ask('{ me { id } }', buildIdentityClaims(accountId))).toMatchObject({
    status: 200,
    data: { me: null },
  });
});

test('a customer who claims to be staff stays a customer', async () => {
  const session = await world.customer();
  const { accountId } = await world.staff();
  const response = await ask('{ me { id } ledger { balanced } }', buildIdentityClaims(accountId), session);
  expect(response.data).toEqual({ me: { id: session.accountId }, ledger: null });
  expect(response.errors?.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN']);
});

test('a signed identity of gateway and subgraphs is no session, and opens nothing', async () => {
  const forge = createSigner('gateway', readPrivateKey(newKeyPair().privateKey));
  for (const viewer of [anonymous, service('gateway'), staff()]) {
    const response = await ask('{ me { id } }', {
      authorization: `Bearer ${await forge('accounts', viewer)}`,
    });
    expect(response).toMatchObject({ status: 200, errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    expect(response.data).toEqual({ me: null });
  }
});

test.each(['Basic', 'Token', 'Digest', 'Bearer Bearer', 'Bearer,Bearer', 'JWT', ''])(
  'refuses a valid token under the scheme %j with 401, instead of treating the client as a visitor',
  async (scheme) => {
    const { token } = await world.customer();
    expect((await ask('{ me { id } }', { authorization: `${scheme} ${token}` })).status).toBe(401);
  },
);

test('refuses a valid token with any text around it', async () => {
  const { token } = await world.customer();
  for (const value of [`Bearer ${token}, Bearer ${token}`, `Bearer ${token};`, `Bearer "${token}"`])
    expect((await ask('{ me { id } }', { authorization: value })).status, value).toBe(401);
  for (const value of [`Bearer ${token}=`, `Bearer .${token}`, `Bearer ${token.toLowerCase()}`]) {
    const { data, errors } = await ask('{ me { id } }', { authorization: value });
    expect([data, errors?.[0]?.extensions.code], value).toEqual([{ me: null }, 'UNAUTHENTICATED']);
  }
});

test('a client cannot shorten or lengthen the timeout of a request', async () => {
  const session = await world.customer();
  for (const patience of ['1', '0', '-1', '999999999']) {
    const response = await ask('{ me { id } }', { 'request-timeout-ms': patience }, session);
    expect(response).toMatchObject({ status: 200, data: { me: { id: session.accountId } } });
  }
});

test.each([
  'x',
  '00-00000000000000000000000000000000-1111111111111111-01',
  `00-${'g'.repeat(32)}-${'1'.repeat(16)}-01`,
  `00-${'a'.repeat(32)}-${'1'.repeat(16)}-01-${'b'.repeat(4_000)}`,
  `ff-${'a'.repeat(32)}-${'1'.repeat(16)}-01`,
  '{"$where":"1"}',
])('replaces an invalid traceparent (%.40s) by a new trace id', async (traceparent) => {
  const { status, trace } = await ask('{ me { id } }', {
    traceparent,
    tracestate: 'x='.repeat(200),
    baggage: 'a=b',
  });
  expect(status).toBe(200);
  expect(trace).toMatch(/^(?!a{32})[0-9a-f]{32}$/);
});

test('counts wrong passwords by no address in headers: these clients count as one', async () => {
  const query =
    'mutation { createSession(input: { email: "a@example.com", password: "a guess" }) { token } }';
  const headers = {
    'client-address': '203.0.113.9',
    'x-forwarded-for': '203.0.113.9',
    forwarded: 'for=203.0.113.9',
  };
  expect((await ask(query, headers)).errors?.[0]?.extensions.code).toBe('CREDENTIALS_WRONG');
  const countAttempts = async (address: string) =>
    (
      await world.sql(
        'accounts',
        `SELECT attempts FROM accounts.attempt WHERE key = sha256(convert_to('pair ' || $1 || ' a@example.com', 'UTF8'))`,
        [address],
      )
    ).map(({ attempts }) => attempts);
  const behindProxy = getNetwork(addressBehindProxy);
  expect([await countAttempts('203.0.113.9'), await countAttempts(behindProxy)]).toEqual([[], [1]]);
});

test('refuses an attacker with a different address header for each guess after the tenth, also for an unknown account', async () => {
  const { accountId } = await world.customer();
  const [account] = await world.sql('accounts', 'SELECT email FROM accounts.account WHERE id = $1', [
    accountId,
  ]);
  const guessTwelveTimes = async (email: string) => {
    const query = `mutation { createSession(input: { email: "${email}", password: "a guess" }) { token } }`;
    const responses: unknown[] = [];
    for (let n = 0; n < 12; n += 1) {
      const { status, data, errors } = await ask(query, { 'x-forwarded-for': `203.0.113.${n}` });
      responses.push({ status, data, code: errors?.[0]?.extensions.code });
    }
    return responses;
  };
  const data = { createSession: null };
  const refusals = [...Array(10).fill('CREDENTIALS_WRONG'), ...Array(2).fill('TOO_MANY_ATTEMPTS')];
  const expected = refusals.map((code) => ({ status: 200, data, code }));
  expect(await guessTwelveTimes(account?.email)).toEqual(expected);
  expect(await guessTwelveTimes('nobody-at-all@example.com')).toEqual(expected);
});
