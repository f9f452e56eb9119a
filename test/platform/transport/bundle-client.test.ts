// Operations that leave for a subgraph at one moment travel as one request. Over a real server, callers must notice no difference.
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Call, Execute, Operation, SubgraphResponse } from '../../../platform/calls/call.ts';
import { newTraceId } from '../../../platform/calls/trace.ts';
import {
  createSigner,
  createVerifier,
  newKeyPair,
  readPrivateKey,
  readTrust,
} from '../../../platform/identity/signed-identity.ts';
import { anonymous, type Viewer } from '../../../platform/identity/viewer.ts';
import { serveSubgraph } from '../../../platform/subgraph/server.ts';
import { bundleType, formatFrame } from '../../../platform/transport/bundle-format.ts';
import { openSubgraphClient } from '../../../platform/transport/subgraph-client.ts';
import { silent } from '../../support/silent-log.ts';
import { customer, service } from '../../support/viewers.ts';

const { privateKey, publicKey } = newKeyPair();
const sign = createSigner('gateway', readPrivateKey(privateKey));
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** Content types of the requests that this process has sent. */
let sent: string[] = [];
const recordRequest = (message: unknown) => {
  const { headers } = (message as { request: { headers: string[] } }).request;
  sent.push(headers[headers.indexOf('content-type') + 1] ?? '');
};
beforeEach(async () => {
  // A token for a new viewer is signed on another thread, and its call may leave a moment later.
  await sign('accounts', anonymous);
  sent = [];
  subscribe('undici:request:create', recordRequest);
  closers.push(() => unsubscribe('undici:request:create', recordRequest));
});

function clientFor(url: string): Execute {
  const client = openSubgraphClient('accounts', url, sign);
  closers.push(client.close);
  return client.execute;
}

/** No change notice arrives in these tests. */
const changeNotices = { isReceiving: () => true, onNotice: () => () => {} };

async function serve(execute: Execute): Promise<string> {
  const server = await serveSubgraph({
    subgraph: { name: 'accounts', execute, changeNotices, webhooks: {}, onListening: () => {} } as never,
    host: '127.0.0.1',
    port: 0,
    verify: createVerifier('accounts', readTrust(`gateway=${publicKey}`)),
    log: silent,
    timeoutMs: 5_000,
    drainMs: 0,
    isExplorable: false,
  });
  closers.push(server.close);
  return server.url;
}

async function serveByHand(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
}

function call(viewer: Viewer = anonymous, more: Partial<Call> = {}): Call {
  return { viewer, signal: AbortSignal.timeout(5_000), traceId: newTraceId(), ...more };
}

const query = (text: string, variables?: Record<string, unknown>): Operation => ({ query: text, variables });

/** Returns the operation and the call that it received. */
const echo: Execute = async (operation, { viewer, traceId, address, deadline = 0 }) => ({
  data: { operation, viewer, traceId, address, left: Math.round((deadline - Date.now()) / 1000) },
});

test('queries of one moment are one request, and each keeps its own viewer, trace, address and deadline', async () => {
  const execute = clientFor(await serve(echo));
  const calls: [Operation, Call][] = [
    [query('{ a }', { id: 'größe\n"x"' }), call(customer(), { address: '192.0.2.7' })],
    [{ query: 'query B { b }', operationName: 'B' }, call(anonymous, { deadline: Date.now() + 2_000 })],
    [query('{ a }'), call(service('gateway'))],
    [query('{ a }', { id: null }), call(customer())],
  ];
  for (const [, { viewer }] of calls) await sign('accounts', viewer);
  const responses = await Promise.all(calls.map((one) => execute(...one)));
  expect(responses).toEqual(
    calls.map(([operation, { viewer, traceId, address, deadline }]) => ({
      data: {
        operation: JSON.parse(JSON.stringify(operation)),
        viewer,
        traceId,
        ...(address === undefined ? {} : { address }),
        left: deadline === undefined ? 5 : 2,
      },
    })),
  );
  expect(sent).toEqual([bundleType]);
});

test('sends a single query and every mutation as a request of its own', async () => {
  const execute = clientFor(await serve(echo));
  await execute(query('{ a }'), call());
  expect(sent).toEqual(['application/json']);
  await Promise.all([execute(query('mutation { a }'), call()), execute(query('mutation { b }'), call())]);
  expect(sent).toEqual(Array(3).fill('application/json'));
});

test('a slow response delays no other, and a failure is the error of its own call only', async () => {
  const { promise: held, resolve: release } = Promise.withResolvers<SubgraphResponse>();
  const execute = clientFor(
    await serve(async ({ query: text }) => {
      if (text === '{ broken }') throw new Error('secret reason');
      return text === '{ slow }' ? held : { data: { text } };
    }),
  );
  const slow = execute(query('{ slow }'), call());
  const broken = execute(query('{ broken }'), call()).catch((cause: unknown) => cause);
  expect(await execute(query('{ fast }'), call())).toEqual({ data: { text: '{ fast }' } });
  expect(await broken).toMatchObject({ name: 'SubgraphCallError', reason: 'broken' });
  release({ data: { text: 'at last' } });
  expect(await slow).toEqual({ data: { text: 'at last' } });
  expect(sent).toEqual([bundleType]);
});

test('each call ends at its own deadline', async () => {
  const execute = clientFor(
    await serve(
      (_operation, { signal }) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    ),
  );
  const both = [100, 300].map((ms) =>
    execute(query('{ a }'), call(anonymous, { deadline: Date.now() + ms })),
  );
  await expect(both[0]).rejects.toMatchObject({ name: 'SubgraphCallError', reason: 'broken' });
  await expect(both[1]).rejects.toMatchObject({ name: 'SubgraphCallError', reason: 'broken' });
});

test('a caller that gives up leaves the bundle, the others continue, and the last one to give up ends the request', async () => {
  const { promise: held, resolve: release } = Promise.withResolvers<void>();
  const signals: AbortSignal[] = [];
  const execute = clientFor(
    await serve(async (_operation, { signal }) => {
      signals.push(signal);
      await Promise.race([held, new Promise((resolve) => signal.addEventListener('abort', resolve))]);
      return { data: {} };
    }),
  );
  const impatient = new AbortController();
  const gone = execute(query('{ a }'), call(anonymous, { signal: impatient.signal })).catch((cause) => cause);
  const patient = execute(query('{ b }'), call());
  await expect.poll(() => signals.length).toBe(2);
  impatient.abort(new Error('enough'));
  expect(await gone).toMatchObject({ name: 'SubgraphCallError', reason: 'ended' });
  release();
  expect(await patient).toEqual({ data: {} });

  const { promise: never } = Promise.withResolvers<SubgraphResponse>();
  const begun: AbortSignal[] = [];
  const stuck = clientFor(
    await serve((_operation, { signal }) => {
      begun.push(signal);
      return never;
    }),
  );
  const all = new AbortController();
  const leaving = [1, 2].map(() =>
    stuck(query('{ a }'), call(anonymous, { signal: all.signal })).catch((cause) => cause),
  );
  await expect.poll(() => begun.length).toBe(2);
  all.abort(new Error('enough'));
  expect(await Promise.all(leaving)).toMatchObject([{ reason: 'ended' }, { reason: 'ended' }]);
  await expect.poll(() => begun.every(({ aborted }) => aborted)).toBe(true);
});

test.each<[string, RequestListener, number]>([
  [
    'whose connection breaks after the first response',
    (_request, response) => {
      response.setHeader('content-type', bundleType);
      response.write(formatFrame(1, 200, '{"data":{"in":"the bundle"}}'), () => response.destroy());
    },
    1,
  ],
  [
    'whose response is no bundle',
    (_request, response) => response.setHeader('content-type', bundleType).end('x'.repeat(100)),
    0,
  ],
  ['that a proxy answered with a page', (_request, response) => response.end('<html>'), 0],
  ['that an older subgraph does not support', (_request, response) => response.writeHead(415).end(), 0],
])(
  'sends the operations without a response again alone, after a bundle %s',
  async (what, listener, inBundle) => {
    const url = await serveByHand((request, response) => {
      if (request.headers['content-type'] === bundleType) listener(request, response);
      else response.end('{"data":{"in":"a request of its own"}}');
    });
    const execute = clientFor(url);
    const executeThree = () =>
      Promise.all(['{ a }', '{ b }', '{ c }'].map((text) => execute(query(text), call())));
    const responses = (await executeThree()).map(({ data }) => data?.in);
    expect(responses.filter((place) => place === 'the bundle')).toHaveLength(inBundle);
    expect(responses.filter((place) => place === 'a request of its own')).toHaveLength(3 - inBundle);
    await executeThree();
    const bundles = sent.filter((type) => type === bundleType).length;
    expect(bundles, 'a subgraph without support receives no further bundle').toBe(
      what.includes('older') ? 1 : 2,
    );
  },
);

test('puts no more calls into a bundle than a subgraph accepts', async () => {
  const execute = clientFor(await serve(echo));
  const large = { text: 'x'.repeat(100_000) };
  const responses = await Promise.all([
    ...Array.from({ length: 70 }, (_, index) => execute(query(`{ a${index} }`), call())),
    ...Array.from({ length: 4 }, () => execute(query('{ large }', large), call())),
  ]);
  expect(responses.map(({ data = {} }) => (data as { operation: Operation }).operation.query)).toEqual([
    ...Array.from({ length: 70 }, (_, index) => `{ a${index} }`),
    ...Array(4).fill('{ large }'),
  ]);
  expect(sent).toEqual([bundleType, bundleType, bundleType]);
});
