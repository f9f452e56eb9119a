// Operations that leave for a subgraph at one moment travel as one request: over a real server, nobody can tell.
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
import { bundleType, frameOf } from '../../../platform/transport/bundle-format.ts';
import { openSubgraphClient } from '../../../platform/transport/subgraph-client.ts';
import { silent } from '../../support/silent-log.ts';
import { customer, service } from '../../support/viewers.ts';

const { privateKey, publicKey } = newKeyPair();
const sign = createSigner('gateway', readPrivateKey(privateKey));
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** Bodies' types of the requests that this process has sent. */
let sent: string[] = [];
const note = (message: unknown) => {
  const { headers } = (message as { request: { headers: string[] } }).request;
  sent.push(headers[headers.indexOf('content-type') + 1] ?? '');
};
beforeEach(async () => {
  // Who is new is signed for on a thread of its own, and may miss the moment.
  await sign('accounts', anonymous);
  sent = [];
  subscribe('undici:request:create', note);
  closers.push(() => unsubscribe('undici:request:create', note));
});

function hopTo(url: string): Execute {
  const hop = openSubgraphClient('accounts', url, sign);
  closers.push(hop.close);
  return hop.execute;
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
    explorable: false,
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

/** Answers what it was asked, and on whose behalf. */
const echo: Execute = async (operation, { viewer, traceId, address, deadline = 0 }) => ({
  data: { operation, viewer, traceId, address, left: Math.round((deadline - Date.now()) / 1000) },
});

test('queries of one moment are one request, and each is answered for its own viewer, trace, address and deadline', async () => {
  const execute = hopTo(await serve(echo));
  const asked: [Operation, Call][] = [
    [query('{ a }', { id: 'größe\n"x"' }), call(customer(), { address: '192.0.2.7' })],
    [{ query: 'query B { b }', operationName: 'B' }, call(anonymous, { deadline: Date.now() + 2_000 })],
    [query('{ a }'), call(service('gateway'))],
    [query('{ a }', { id: null }), call(customer())],
  ];
  for (const [, { viewer }] of asked) await sign('accounts', viewer);
  const answers = await Promise.all(asked.map((one) => execute(...one)));
  expect(answers).toEqual(
    asked.map(([operation, { viewer, traceId, address, deadline }]) => ({
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

test('one alone, and every mutation, is a request of its own', async () => {
  const execute = hopTo(await serve(echo));
  await execute(query('{ a }'), call());
  expect(sent).toEqual(['application/json']);
  await Promise.all([execute(query('mutation { a }'), call()), execute(query('mutation { b }'), call())]);
  expect(sent).toEqual(Array(3).fill('application/json'));
});

test('a slow answer holds no other back, and one that fails is its own fault alone', async () => {
  const { promise: held, resolve: release } = Promise.withResolvers<SubgraphResponse>();
  const execute = hopTo(
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
  const execute = hopTo(
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

test('who waits no longer is let go, the rest go on, and the last one to leave hangs up', async () => {
  const { promise: held, resolve: release } = Promise.withResolvers<void>();
  const signals: AbortSignal[] = [];
  const execute = hopTo(
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
  const stuck = hopTo(
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
    'whose connection broke after the first answer',
    (_request, response) => {
      response.setHeader('content-type', bundleType);
      response.write(frameOf(1, 200, '{"data":{"in":"the bundle"}}'), () => response.destroy());
    },
    1,
  ],
  [
    'that was answered with nonsense',
    (_request, response) => response.setHeader('content-type', bundleType).end('x'.repeat(100)),
    0,
  ],
  ['that a proxy took for its own', (_request, response) => response.end('<html>'), 0],
  [
    'that a subgraph of an older version does not know',
    (_request, response) => response.writeHead(415).end(),
    0,
  ],
])('what is unanswered of a bundle %s is asked again alone', async (_what, listener, inBundle) => {
  const url = await serveByHand((request, response) => {
    if (request.headers['content-type'] === bundleType) listener(request, response);
    else response.end('{"data":{"in":"person"}}');
  });
  const execute = hopTo(url);
  const ask = () => Promise.all(['{ a }', '{ b }', '{ c }'].map((text) => execute(query(text), call())));
  const answers = (await ask()).map(({ data }) => data?.in);
  expect(answers.filter((place) => place === 'the bundle')).toHaveLength(inBundle);
  expect(answers.filter((place) => place === 'person')).toHaveLength(3 - inBundle);
  await ask();
  const bundles = sent.filter((type) => type === bundleType).length;
  expect(bundles, 'one that does not know them gets no more').toBe(_what.includes('older') ? 1 : 2);
});

test('takes no more calls than a subgraph reads in one bundle', async () => {
  const execute = hopTo(await serve(echo));
  const large = { text: 'x'.repeat(100_000) };
  const answers = await Promise.all([
    ...Array.from({ length: 70 }, (_, at) => execute(query(`{ a${at} }`), call())),
    ...Array.from({ length: 4 }, () => execute(query('{ large }', large), call())),
  ]);
  expect(answers.map(({ data = {} }) => (data as { operation: Operation }).operation.query)).toEqual([
    ...Array.from({ length: 70 }, (_, at) => `{ a${at} }`),
    ...Array(4).fill('{ large }'),
  ]);
  expect(sent).toEqual([bundleType, bundleType, bundleType]);
});
