import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAuthenticator } from '../../gateway/authenticate.ts';
import type { Execute } from '../../platform/calls/call.ts';
import { requireAccount, type Viewer } from '../../platform/identity/viewer.ts';
import { SubgraphCallError } from '../../platform/transport/subgraph-client.ts';
import { buildPeople } from '../accounts/people.ts';
import { silent } from '../support/silent-log.ts';
import { subgraphTest } from '../support/subgraph.ts';
import { link, openSmallGraph, type SmallGraph } from './small-graph.ts';

const accounts = subgraphTest('accounts');
const { newcomer, signIn } = buildPeople(accounts);

const echo = `${link}type Query { viewer: String }`;
const accountsSdl = `${link}type Query { sessionByToken(token: String!): Session @inaccessible }
  type Session @inaccessible { accountId: ID! sessionId: ID! roles: [String!]! }`;

let graph: SmallGraph;
beforeAll(async () => {
  graph = await openSmallGraph({
    // The real accounts subgraph resolves the token; the other subgraph returns the viewer that it got.
    accounts: { sdl: accountsSdl, execute: (operation, call) => accounts.opened().execute(operation, call) },
    echo: {
      sdl: echo,
      resolvers: {
        Query: {
          viewer: (_root: unknown, _args: unknown, { viewer }: { viewer: unknown }) => JSON.stringify(viewer),
        },
      },
    },
  });
});
afterAll(() => graph.close());

async function viewerSeen(headers: Record<string, string>): Promise<unknown> {
  const answer = (await (await graph.post({ query: '{ viewer }' }, headers)).json()) as {
    data: { viewer: string };
  };
  return JSON.parse(answer.data.viewer);
}

test.each([
  {},
  ...['', 'Bearer', 'bearer  ', 'Bearer null', 'Bearer undefined', 'null', 'undefined'].map(
    (authorization) => ({
      authorization,
    }),
  ),
])('a request without a token is anonymous, and the gateway does not call accounts: %j', async (headers) => {
  const before = graph.asked.length;
  expect(await viewerSeen(headers)).toEqual({ kind: 'anonymous' });
  expect(graph.asked.slice(before).map(({ name }) => name)).toEqual(['echo']);
});

test('a session token identifies its account, and the gateway calls accounts once, as a service', async () => {
  const { token, viewer } = await newcomer();
  const before = graph.asked.length;
  expect(await viewerSeen({ authorization: `Bearer ${token}` })).toEqual(viewer);
  expect(graph.asked.slice(before).map(({ name, call }) => [name, call.viewer.kind])).toEqual([
    ['accounts', 'service'],
    ['echo', 'account'],
  ]);
  expect(graph.asked[before]?.call.viewer).toEqual({ kind: 'service', name: 'gateway' });
  expect(graph.asked[before]?.call.traceId).toBe(graph.asked[before + 1]?.call.traceId);
});

test.each(['bearer', 'BEARER', 'Bearer  '])('accepts the scheme "%s"', async (scheme) => {
  const { token, viewer } = await newcomer();
  expect(await viewerSeen({ authorization: `${scheme} ${token}` })).toEqual(viewer);
});

test('ignores every other header about the identity of a client', async () => {
  const lies = {
    'x-viewer': '{"kind":"account"}',
    'x-account-id': 'a',
    'x-user-id': 'a',
    'x-roles': 'STAFF',
    'x-forwarded-user': 'staff',
    cookie: 'session=a',
    from: 'staff@example.com',
  };
  expect(await viewerSeen(lies)).toEqual({ kind: 'anonymous' });
});

async function refusalOf(authorization: string) {
  const before = graph.asked.length;
  const response = await graph.post({ query: '{ viewer }' }, { authorization });
  const answer = (await response.json()) as {
    data?: unknown;
    errors: { message: string; extensions: { code: string } }[];
  };
  expect(answer.data, 'there is no data').toBeUndefined();
  expect(
    graph.asked.slice(before).map(({ name }) => name),
    'the operation does not run',
  ).not.toContain('echo');
  const challenge = response.headers.get('www-authenticate');
  return { status: response.status, code: answer.errors[0]?.extensions.code, challenge };
}

const realm = 'Bearer realm="tributary"';
const invalidToken = `${realm}, error="invalid_token", error_description="The token is malformed, unknown, expired or revoked"`;

test.each([
  ['Basic YTpi', realm],
  ['nonsense', realm],
  ['Bearer a b', invalidToken],
  ['Bearer "abc"', invalidToken],
  ['Bearer a;b', invalidToken],
  ['Bearer =', invalidToken],
])('answers 401 UNAUTHENTICATED to the header %j, and names the scheme', async (authorization, challenge) => {
  expect(await refusalOf(authorization)).toEqual({ status: 401, code: 'UNAUTHENTICATED', challenge });
});

/** What a client gets whose token has no session: public fields, and twice the word that its session has ended. */
async function expectExpired(token: string): Promise<void> {
  const response = await graph.post({ query: '{ viewer }' }, { authorization: `Bearer ${token}` });
  const { data, extensions } = (await response.json()) as { data: { viewer: string }; extensions: unknown };
  expect(response.status).toBe(200);
  expect(JSON.parse(data.viewer)).toEqual({ kind: 'expired' });
  expect(extensions).toEqual({ session: 'EXPIRED' });
  expect(response.headers.get('www-authenticate')).toBe(invalidToken);
  expect(response.headers.get('cache-control')).toBe('no-store');
}

test.each(['x'.repeat(43), 'eyJhbGciOiJub25lIn0.e30.', 'a/b+c=='])(
  'with the token %.60j, which has no session, the viewer is expired, and the client is told',
  expectExpired,
);

test('the gateway asks accounts for no token that is longer than any of a session', async () => {
  const before = graph.asked.length;
  await expectExpired('x'.repeat(201));
  expect(graph.asked.slice(before).map(({ name }) => name)).toEqual(['echo']);
});

test('the viewer is expired as soon as the session has expired or was revoked', async () => {
  const { email, token, sessionId, viewer } = await newcomer();
  await accounts.sql('UPDATE accounts.session SET expires_at = now() WHERE id = $1', [sessionId]);
  await expectExpired(token);

  const other = await signIn(email);
  expect(await viewerSeen({ authorization: `Bearer ${other.token}` })).toMatchObject({
    accountId: viewer.accountId,
  });
  await accounts.data('mutation { revokeAllSessions }', {}, other.viewer);
  await expectExpired(other.token);
});

const away: [string, Execute][] = [
  ['cannot be reached', () => Promise.reject(new SubgraphCallError('accounts did not answer'))],
  ['fails', async () => ({ data: null, errors: [{ message: 'An internal error occurred.' }] })],
  [
    'fails in part',
    async () => ({
      data: { sessionByToken: null },
      errors: [{ message: 'x', extensions: { code: 'FORBIDDEN' } }],
    }),
  ],
  ['answers nothing', async () => ({ data: null })],
  ['answers something else', async () => ({ data: {} })],
  [
    'throws at once',
    () => {
      throw new Error('no client');
    },
  ],
];

test.each(away)(
  'the viewer is unknown, and neither anonymous nor refused as UNAUTHENTICATED, when accounts %s',
  async (_what, execute) => {
    const authenticate = createAuthenticator(execute, silent);
    const asking = { signal: AbortSignal.timeout(1_000), traceId: 'e'.repeat(32) };
    expect(await authenticate(`Bearer ${'x'.repeat(43)}`, asking)).toEqual({ kind: 'unknown' });
    expect(await authenticate(undefined, asking), 'a request without a token is served').toEqual({
      kind: 'anonymous',
    });
  },
);

test('without accounts, what needs no viewer is answered, and subgraphs learn that the viewer is unknown', async () => {
  const failing = await openSmallGraph({
    accounts: {
      sdl: accountsSdl,
      execute: () => Promise.reject(new Error('connect ECONNREFUSED 10.0.0.1:4001')),
    },
    echo: {
      sdl: `${echo} extend type Query { mine: String }`,
      resolvers: {
        Query: {
          viewer: (_root: unknown, _args: unknown, { viewer }: { viewer: Viewer }) => viewer.kind,
          mine: (_root: unknown, _args: unknown, { viewer }: { viewer: Viewer }) =>
            requireAccount(viewer).accountId,
        },
      },
    },
  });
  const response = await failing.post(
    { query: '{ viewer mine }' },
    { authorization: `Bearer ${'x'.repeat(43)}` },
  );
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({
    data: { viewer: 'unknown', mine: null },
    errors: [
      {
        message: 'A part of the graph is not available right now.',
        path: ['mine'],
        extensions: { code: 'SUBGRAPH_UNAVAILABLE' },
      },
    ],
  });
  await failing.close();
});

test('calls accounts once more when the connection breaks, as for every query', async () => {
  let asked = 0;
  const shaky = await openSmallGraph({
    accounts: {
      sdl: accountsSdl,
      execute: async () => {
        asked += 1;
        if (asked === 1) throw new Error('connection reset');
        return { data: { sessionByToken: { accountId: 'a', sessionId: 's', roles: ['CUSTOMER'] } } };
      },
    },
    echo: { sdl: echo, resolvers: { Query: { viewer: () => 'fine' } } },
  });
  const response = await shaky.post({ query: '{ viewer }' }, { authorization: `Bearer ${'x'.repeat(43)}` });
  expect({ status: response.status, asked }).toEqual({ status: 200, asked: 2 });
  await shaky.close();
});
