import { beforeAll, describe, expect, test } from 'vitest';
import type { Call } from '../../../platform/calls/call.ts';
import { CallerGone } from '../../../platform/calls/deadline.ts';
import { createSigner, newKeyPair, readPrivateKey } from '../../../platform/identity/signed-identity.ts';
import { anonymous } from '../../../platform/identity/viewer.ts';
import { readEnvironment } from '../../../platform/process/environment.ts';
import { openLog } from '../../../platform/process/log.ts';
import { required } from '../../support/required.ts';
import { subgraphTest } from '../../support/subgraph.ts';
import { customer, service } from '../../support/viewers.ts';
import { post, serve, sign, subgraphThat } from './served-subgraph.ts';

const accounts = subgraphTest('accounts');
let url: string;
beforeAll(async () => {
  ({ url } = await serve(accounts.opened()));
});

test('responds over HTTP as in memory, for the viewer in the token', async () => {
  const [row] = await accounts.sql(
    `INSERT INTO accounts.account (id, email, name, roles, password_hash)
     VALUES (uuidv7(), 'ada@example.com', 'Ada', '{CUSTOMER}', 'none') RETURNING id`,
  );
  const viewer = customer(row?.id);
  const query = '{ me { id email createdAt } }';
  const response = await post(url, { query }, await sign('accounts', viewer));
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual(await accounts.graphql(query, {}, viewer));
});

test('passes variables, operation name and refusals through', async () => {
  const query = `query Other { me { id } }
    query Asked($token: String!) { sessionByToken(token: $token) { accountId } }`;
  const body = { query, operationName: 'Asked', variables: { token: 'x' } };
  expect(await (await post(url, body, await sign('accounts', service('gateway')))).json()).toEqual({
    data: { sessionByToken: null },
  });
  const answer = await (await post(url, body, await sign('accounts', anonymous))).json();
  expect(answer).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
});

test.each([
  ['no token', null],
  ['nonsense for a token', 'nonsense'],
  ['a token for another subgraph', await sign('payments', service('gateway'))],
  [
    'a token signed by a stranger',
    await createSigner('gateway', readPrivateKey(newKeyPair().privateKey))('accounts', anonymous),
  ],
])('answers 401 to %s', async (_what, token) => {
  const response = await post(url, { query: '{ __typename }' }, token);
  expect(response.status).toBe(401);
  expect(await response.json()).toEqual({
    errors: [{ message: 'A signed identity is required.', extensions: { code: 'UNAUTHENTICATED' } }],
  });
});

test('verifies the token before it reads the body: 2 MB of invalid JSON give 401', async () => {
  expect((await post(url, '{'.repeat(2 * 1024 * 1024), 'nonsense')).status).toBe(401);
  expect((await post(url, 'no json', 'nonsense', { 'content-type': 'text/plain' })).status).toBe(401);
});

test('masks the error of an executor that throws, with the trace id of the caller', async () => {
  const broken = await serve(subgraphThat(() => Promise.reject(new Error('secret reason'))));
  const traceId = 'b'.repeat(32);
  const response = await post(broken.url, { query: '{ a }' }, await sign('accounts', anonymous), {
    traceparent: `00-${traceId}-${'1'.repeat(16)}-01`,
  });
  expect(response.status).toBe(500);
  expect(await response.json()).toEqual({
    errors: [
      { message: 'An internal error occurred.', extensions: { code: 'INTERNAL_SERVER_ERROR', traceId } },
    ],
  });
});

test('aborts the operation when the caller closes the connection, which is no error in the log', async () => {
  const { promise: called, resolve: begin } = Promise.withResolvers<Call>();
  const lines: { level: number; msg: string }[] = [];
  const log = openLog(readEnvironment({}), 'accounts', {
    write: (line) => void lines.push(JSON.parse(line)),
  });
  const { url: slow } = await serve(
    subgraphThat((_operation, call) => {
      begin(call);
      return new Promise((_resolve, reject) =>
        call.signal.addEventListener('abort', () =>
          reject(new Error('a statement failed', { cause: call.signal.reason })),
        ),
      );
    }),
    { log },
  );
  const client = new AbortController();
  const request = post(slow, { query: '{ a }' }, await sign('accounts', anonymous), {}, client.signal).catch(
    () => 'gone',
  );
  const { signal } = await called;
  expect(signal.aborted).toBe(false);
  client.abort();
  await expect.poll(() => signal.aborted).toBe(true);
  expect(signal.reason).toEqual(new CallerGone());
  expect(await request).toBe('gone');
  await expect
    .poll(() => lines.map(({ level, msg }) => [level, msg]))
    .toEqual([[30, 'the caller went away before it had the response']]);
});

test('aborts the operation at its deadline', async () => {
  const { url: slow } = await serve(
    subgraphThat(
      (_operation, { signal }) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    ),
    { timeoutMs: 100 },
  );
  expect((await post(slow, { query: '{ a }' }, await sign('accounts', anonymous))).status).toBe(500);
});

describe('the timeout that a caller sends', () => {
  /** How long the subgraph has for an answer, in milliseconds, when the caller sends this header. */
  async function patienceFor(header: string | undefined, timeoutMs: number): Promise<number> {
    const { promise: called, resolve: begin } = Promise.withResolvers<Call>();
    const { url: asked } = await serve(
      subgraphThat(async (_operation, call) => {
        begin(call);
        return { data: {} };
      }),
      { timeoutMs },
    );
    const headers: Record<string, string> = header === undefined ? {} : { 'request-timeout-ms': header };
    await post(asked, { query: '{ a }' }, await sign('accounts', anonymous), headers);
    return required((await called).deadline, 'a call over HTTP has a deadline') - Date.now();
  }

  test('limits the operation, and is passed on', async () => {
    const left = await patienceFor('2000', 60_000);
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(2_000);
  });

  test('never exceeds the timeout of the server', async () => {
    expect(await patienceFor('60000', 2_000)).toBeLessThanOrEqual(2_000);
  });

  test.each([undefined, '', '0', '-5', '1.5', '1e3', '0x10', ' 5 s', '9999999999', 'NaN'])(
    "is the server's own when the header is %j",
    async (header) => {
      const left = await patienceFor(header, 60_000);
      expect(left).toBeGreaterThan(30_000);
      expect(left).toBeLessThanOrEqual(60_000);
    },
  );

  test('ends an operation when the network has swallowed the end of the connection', async () => {
    const { promise: ended, resolve: end } = Promise.withResolvers<unknown>();
    const { url: slow } = await serve(
      subgraphThat(
        (_operation, { signal }) =>
          new Promise((_resolve, reject) =>
            signal.addEventListener('abort', () => {
              end(signal.reason.name);
              reject(signal.reason);
            }),
          ),
      ),
      { timeoutMs: 60_000 },
    );
    const headers = { 'request-timeout-ms': '50' };
    const response = await post(slow, { query: '{ a }' }, await sign('accounts', anonymous), headers);
    expect(response.status).toBe(500);
    expect(await ended).toBe('TimeoutError');
  });
});

test('serves GraphiQL on GET, and lets Apollo Sandbox in, only when the server is explorable', async () => {
  const { url: explorable } = await serve(accounts.opened(), { explorable: true });
  const page = await fetch(explorable);
  expect(page.headers.get('content-type')).toContain('text/html');
  expect(await page.text()).toContain('GraphiQL');
  expect((await fetch(url)).status).toBe(404);
  const origin = 'https://studio.apollographql.com';
  const allows = async (address: string) =>
    (await fetch(address, { method: 'POST', headers: { origin } })).headers.get(
      'access-control-allow-origin',
    );
  expect(await allows(explorable)).toBe(origin);
  expect(await allows(url)).toBeNull();
});
