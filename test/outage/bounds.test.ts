// What a failing subgraph may cost the gateway: retries, timeouts, the circuit breaker, queues, and clients that hang up.
import { afterEach, describe, expect, test } from 'vitest';
import type { EnvironmentSource } from '../../platform/process/variables.ts';
import { link, openSmallGraph } from '../gateway/small-graph.ts';
import {
  type Behaviour,
  neverResponds,
  openStockGraph,
  resetsConnection,
  respondWith,
  type StockGraph,
  type Transport,
  transports,
} from './outages.ts';

let openedGraph: StockGraph | undefined;
afterEach(async () => {
  await openedGraph?.close();
  openedGraph = undefined;
});

async function openGraph(transport: Transport, env: EnvironmentSource = {}): Promise<StockGraph> {
  openedGraph = await openStockGraph(transport, env);
  return openedGraph;
}

const respondsWithTip = respondWith('{"data":{"tip":"Buy."}}');
const closed = { up: true, breaker: 'closed', running: 0, queued: 0 };
const getCodes = ({ response }: Awaited<ReturnType<StockGraph['ask']>>) =>
  response.errors?.map(({ extensions }) => extensions.code);

/** Behaves in one way for the first calls, and in another way afterwards. */
function behaveFirst(times: number, conduct: Behaviour, then = respondsWithTip): Behaviour {
  let left = times;
  const now = () => (left-- > 0 ? conduct : then);
  return {
    memory: (operation, call) => now().memory(operation, call),
    http: (request, response, operation) => now().http(request, response, operation),
  };
}

const fails: Behaviour = {
  memory: () => Promise.reject(new Error('no')),
  http: (_request, response) => void response.writeHead(500).end('no'),
};

describe.each(transports)('in %s', (transport) => {
  test('a query whose connection failed is sent once more, and never a third time', async () => {
    const graph = await openGraph(transport);
    graph.setBehaviour(behaveFirst(1, resetsConnection));
    expect((await graph.ask('{ tip }')).response).toEqual({ data: { tip: 'Buy.' } });
    expect(graph.received).toHaveLength(2);
    graph.setBehaviour(resetsConnection);
    expect(getCodes(await graph.ask('{ tip }'))).toEqual(['SUBGRAPH_UNAVAILABLE']);
    expect(graph.received).toHaveLength(4);
  });

  test('a mutation is sent once, whatever happens to it', async () => {
    const graph = await openGraph(transport);
    graph.setBehaviour(behaveFirst(1, resetsConnection, respondWith('{"data":{"refill":1}}')));
    const { response } = await graph.ask('mutation { rename refill }');
    expect(response.data).toEqual({ rename: 'renamed', refill: null });
    expect(response.errors?.map(({ path }) => path)).toEqual([['refill']]);
    expect(graph.received).toHaveLength(1);
  });

  test('a query that timed out is not sent again', async () => {
    const graph = await openGraph(transport, { SUBGRAPH_TIMEOUT_MS: '50' });
    graph.setBehaviour(neverResponds);
    expect(getCodes(await graph.ask('{ tip }'))).toEqual(['SUBGRAPH_UNAVAILABLE']);
    expect(graph.received).toHaveLength(1);
  });

  test('a mutation may take longer than a query', async () => {
    const graph = await openGraph(transport, { SUBGRAPH_TIMEOUT_MS: '30' });
    const slow = respondWith('{"data":{"refill":1}}');
    const later = (run: () => void) => setTimeout(run, 200);
    graph.setBehaviour({
      memory: (...asked) => new Promise((resolve) => later(() => resolve(slow.memory(...asked)))),
      http: (...asked) => void later(() => slow.http(...asked)),
    });
    expect((await graph.ask('mutation { refill }')).response).toEqual({ data: { refill: 1 } });
    expect(getCodes(await graph.ask('{ tip }'))).toEqual(['SUBGRAPH_UNAVAILABLE']);
  });

  test('consecutive failures open the breaker: then nothing is sent, until a probe finds the subgraph ready', async () => {
    const graph = await openGraph(transport, { SUBGRAPH_FAULTS: '4', SUBGRAPH_REST_MS: '2000' });
    graph.setBehaviour(resetsConnection);
    for (let query = 0; query < 2; query += 1) await graph.ask('{ tip }');
    expect(graph.received).toHaveLength(4);
    expect(await graph.health()).toMatchObject({ breaker: 'open', running: 0, queued: 0 });
    const { response } = await graph.ask('{ shopName tip }');
    expect(response.data).toEqual({ shopName: 'The shop', tip: null });
    expect(graph.received).toHaveLength(4);
    graph.setBehaviour(respondsWithTip);
    await expect
      .poll(async () => (await graph.ask('{ tip }')).response.data, { timeout: 10_000 })
      .toEqual({ tip: 'Buy.' });
    expect(await graph.health()).toEqual(closed);
  });

  test('a response never opens the breaker: neither refusals nor masked errors nor invalid nulls', async () => {
    const graph = await openGraph(transport, { SUBGRAPH_FAULTS: '1' });
    const refuses = { message: 'No.', path: ['tip'], extensions: { code: 'FORBIDDEN' } };
    const masks = { message: 'No.', extensions: { code: 'INTERNAL_SERVER_ERROR' } };
    for (const response of [
      { data: { tip: null }, errors: [refuses] },
      { data: null, errors: [masks] },
      { errors: [masks] },
      { data: { tip: 5 } },
      { data: { _entities: [] } },
    ]) {
      graph.setBehaviour(respondWith(response));
      await graph.ask('{ tip }');
      await graph.ask('{ orders { parcels } }');
    }
    expect(await graph.health()).toEqual(closed);
    graph.setBehaviour(respondsWithTip);
    expect((await graph.ask('{ tip }')).response).toEqual({ data: { tip: 'Buy.' } });
  });

  test('runs fetches up to the limit, queues more up to a limit, and refuses the rest immediately', async () => {
    const graph = await openGraph(transport, { SUBGRAPH_CONCURRENCY: '2', SUBGRAPH_QUEUE: '1' });
    const releases: (() => void)[] = [];
    graph.setBehaviour({
      memory: (...asked) =>
        new Promise((resolve) => releases.push(() => resolve(respondsWithTip.memory(...asked)))),
      http: (...asked) => void releases.push(() => respondsWithTip.http(...asked)),
    });
    const asked = [1, 2, 3].map(() => graph.ask('{ tip }'));
    await expect.poll(() => graph.health()).toEqual({ up: true, breaker: 'closed', running: 2, queued: 1 });
    const refused = await graph.ask('{ tip }');
    expect(refused.response.errors?.map(({ extensions }) => extensions)).toEqual([
      { code: 'OVERLOADED', retryAfter: 1 },
    ]);
    expect(releases).toHaveLength(2);
    for (const go of releases.splice(0)) go();
    await expect.poll(() => releases.length).toBe(1);
    for (const go of releases) go();
    expect((await Promise.all(asked)).map(({ response }) => response)).toEqual(
      [1, 2, 3].map(() => ({ data: { tip: 'Buy.' } })),
    );
  });

  test('a client that disconnects cancels its running fetch, and no further fetch starts', async () => {
    const graph = await openGraph(transport, { SUBGRAPH_FAULTS: '1' });
    const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    graph.setBehaviour({
      memory: (_operation, { signal }) => {
        signal.addEventListener('abort', () => end());
        ask();
        return new Promise(() => {});
      },
      http: (request) => {
        request.socket.once('close', () => end());
        ask();
      },
    });
    const client = new AbortController();
    const body = JSON.stringify({ query: 'mutation { refill rename }' });
    const headers = { 'content-type': 'application/json' };
    const response = fetch(graph.url, { method: 'POST', headers, body, signal: client.signal });
    await asked;
    client.abort();
    await expect(response).rejects.toThrow();
    await ended;
    await expect.poll(() => graph.health()).toEqual(closed);
    expect(graph.asked.map(({ name }) => name)).toEqual(['stock']);
  });

  test('the gateway responds before the deadline of the request, even when one hanging fetch follows another', async () => {
    const graph = await openGraph(transport, { REQUEST_TIMEOUT_MS: '1500' });
    graph.setBehaviour(neverResponds);
    const one = await graph.ask('{ shopName orders { title parcels } }');
    expect(one.response.data).toMatchObject({ shopName: 'The shop', orders: [{ parcels: null }, {}, {}] });
    expect(one.response.errors?.every(({ extensions: { code } }) => code === 'SUBGRAPH_UNAVAILABLE')).toBe(
      true,
    );
    const mutation = await graph.ask('mutation { refill rename second: refill }');
    expect(mutation.response.data).toMatchObject({ refill: null, second: null });
    // The gateway responds 75 ms before the deadline. A busy machine may take longer, but not a whole second.
    for (const { ms } of [one, mutation]) expect(ms).toBeLessThan(2_500);
  });
});

test('a request that a subgraph rejects, or a response that is too large, does not open the breaker', async () => {
  const graph = await openGraph('http', { SUBGRAPH_FAULTS: '1' });
  for (const http of [
    ((_request, response) => void response.writeHead(400).end('{}')) satisfies Behaviour['http'],
    ((_request, response) =>
      void response.end(`{"data":{"tip":"${'x'.repeat(200_000)}"}}`)) satisfies Behaviour['http'],
  ]) {
    graph.setBehaviour({ ...respondsWithTip, http });
    expect(getCodes(await graph.ask('{ tip }'))).toEqual(['SUBGRAPH_UNAVAILABLE']);
  }
  expect(await graph.health()).toMatchObject({ breaker: 'closed' });
});

test('the breaker of one subgraph does not affect another', async () => {
  const graph = await openGraph('memory', { SUBGRAPH_FAULTS: '1' });
  graph.setBehaviour(fails);
  await graph.ask('{ tip }');
  expect((await graph.ask('{ tip shopName }')).response.data).toEqual({ tip: null, shopName: 'The shop' });
  expect(await graph.health()).toMatchObject({ breaker: 'open' });
  expect(await graph.health('shop')).toEqual(closed);
});

test('a signed-in client receives what needs no viewer within its deadline when accounts does not respond', async () => {
  const accounts = {
    sdl: `${link}type Query { sessionByToken(token: String!): String @inaccessible mine: String }`,
    execute: neverResponds.memory,
  };
  const shop = { sdl: `${link}type Query { ok: String }`, resolvers: { Query: { ok: () => 'yes' } } };
  const graph = await openSmallGraph({ accounts, shop }, { REQUEST_TIMEOUT_MS: '400' });
  const response = await graph.post({ query: '{ ok mine }' }, { authorization: `Bearer ${'t'.repeat(43)}` });
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({
    data: { ok: 'yes', mine: null },
    errors: [{ path: ['mine'], extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }],
  });
  await graph.close();
});
