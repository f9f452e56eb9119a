// A subgraph that sends no usable response, in every known way: its fields become null with one error each, all others stay.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Behaviour,
  expectDocumentedCodes,
  expectNoLeak,
  neverResponds,
  openStockGraph,
  resetsConnection,
  respondWith,
  respondWithEntities,
  type StockGraph,
  transports,
} from './outages.ts';

const requestMs = 10_000;

/** A behaviour of servers only. In memory, the call rejects instead. */
const overHttp = (http: Behaviour['http'], message = 'SELECT secret FROM "stock"'): Behaviour => ({
  memory: () => Promise.reject(new Error(message)),
  http,
});
const body = '{"data":{"_entities":[{"parcels":1},{"parcels":2}]}}';

const unavailable: [string, Behaviour][] = [
  ['answers 500', overHttp((_request, response) => void response.writeHead(500).end('secret at stack'))],
  ['answers 500 with data', overHttp((_request, response) => void response.writeHead(500).end(body))],
  ['answers 401', overHttp((_request, response) => void response.writeHead(401).end('{}'))],
  [
    'redirects the gateway',
    overHttp((_request, response) => void response.writeHead(307, { location: 'http://10.1.2.3/' }).end()),
  ],
  ['refuses the connection', overHttp((request) => void request.socket.destroy())],
  ['resets the connection', resetsConnection],
  ['hangs', neverResponds],
  [
    'hangs in the middle of its response',
    { memory: neverResponds.memory, http: (_request, response) => void response.write('{"data":{') },
  ],
  [
    'answers HTML',
    overHttp((_request, response) => void response.end('<html>http://stock.internal:4001</html>')),
  ],
  [
    'cuts the body short',
    overHttp((_request, response) => {
      response.writeHead(200, { 'content-length': body.length }).write(body.slice(0, -5));
      setImmediate(() => response.destroy());
    }),
  ],
  [
    'sends a body without end',
    overHttp((request, response) => {
      const more = () => {
        while (!request.socket.destroyed && response.write('{"data":{"_entities":['.repeat(100)));
      };
      response.on('drain', more);
      more();
    }),
  ],
  [
    'throws at once',
    {
      memory: () => {
        throw new Error('at secret (/stock/index.ts:1)');
      },
      http: (request) => void request.socket.end('nonsense\r\n\r\n'),
    },
  ],
  ['answers nothing', respondWith('{}')],
  ['answers null', respondWith('null')],
  ['answers null for everything, and no error', respondWith('{"data":null,"errors":[]}')],
];

const invalid: [string, Behaviour][] = [
  ['answers too few entities', respondWith('{"data":{"_entities":[{"parcels":1}]}}')],
  ['answers no entity', respondWith('{"data":{"_entities":[]}}')],
  [
    'answers too many entities',
    respondWith('{"data":{"_entities":[{"parcels":1},{"parcels":2},{"parcels":1}]}}'),
  ],
  ['answers an object for the list', respondWith('{"data":{"_entities":{"0":{"parcels":1},"length":2}}}')],
  ['answers null for the list', respondWith('{"data":{"_entities":null}}')],
  ['answers without the list', respondWith('{"data":{"entities":[]}}')],
  ['answers text for its data', respondWith('{"data":"secret"}')],
  ['answers text for entities', respondWithEntities(() => 'secret')],
  ['answers lists for entities', respondWithEntities(() => [{ parcels: 1 }])],
  ['answers entities of an unknown type', respondWithEntities(() => ({ __typename: 'Secret', parcels: 1 }))],
  [
    'answers entities whose type is no string',
    respondWithEntities(() => ({ __typename: { secret: 1 }, parcels: 1 })),
  ],
  ['answers entities without the field', respondWithEntities(() => ({ volume: 1 }))],
  ['answers text for a number', respondWithEntities(() => ({ parcels: 'secret' }))],
  ['answers an object for a number', respondWithEntities(() => ({ parcels: { secret: 1 } }))],
  ['answers a list for a number', respondWithEntities(() => ({ parcels: [1] }))],
];

describe.each(transports)('in %s, when a subgraph', (transport) => {
  let graph: StockGraph;
  beforeAll(async () => {
    graph = await openStockGraph(transport, {
      REQUEST_TIMEOUT_MS: String(requestMs),
      SUBGRAPH_TIMEOUT_MS: '300',
      // The breaker must not open, so that each test sees only its own outage.
      SUBGRAPH_FAULTS: '10000',
    });
  });
  afterAll(() => graph.close());

  test.each([
    ...unavailable.map(([what, conduct]) => [what, conduct, 'SUBGRAPH_UNAVAILABLE'] as const),
    ...invalid.map(([what, conduct]) => [what, conduct, 'SUBGRAPH_ANSWER_INVALID'] as const),
  ])(
    '%s, all other fields keep their data, and each lost field has one error',
    async (_what, conduct, code) => {
      graph.setBehaviour(conduct);
      const { response, text, ms } = await graph.ask('{ shopName orders { id title parcels } }');
      expect(response.data).toEqual({
        shopName: 'The shop',
        orders: ['1', '2', '1'].map((id) => ({ id, title: `Order ${id}`, parcels: null })),
      });
      expect(response.errors?.map(({ path }) => path?.slice(0, 2))).toEqual(
        [0, 1, 2].map((at) => ['orders', at]),
      );
      expect(new Set(response.errors?.map(({ extensions }) => JSON.stringify(extensions)))).toEqual(
        new Set([JSON.stringify({ code })]),
      );
      expectDocumentedCodes([code]);
      expectNoLeak(text);
      expect(ms).toBeLessThan(requestMs);
    },
  );

  test.each(unavailable)(
    '%s, a lost non-null field makes its parent null, with one error',
    async (_what, conduct) => {
      graph.setBehaviour(conduct);
      const { response } = await graph.ask('{ shopName orders { title weight } }');
      expect(response.data).toEqual({ shopName: 'The shop', orders: [null, null, null] });
      expect(response.errors?.map(({ path }) => path)).toEqual(
        [0, 1, 2].map((at) => ['orders', at, 'weight']),
      );
      const whole = await graph.ask('{ shopName mustTip }');
      expect(whole.response.data).toBeNull();
      expect(whole.response.errors?.map(({ path }) => path)).toEqual([['mustTip']]);
    },
  );

  test.each(unavailable)('%s, each of its root fields has one error', async (_what, conduct) => {
    graph.setBehaviour(conduct);
    const { response, text } = await graph.ask('{ tip shopName second: tip third: tip @skip(if: true) }');
    expect(response).toEqual({
      data: { tip: null, shopName: 'The shop', second: null },
      errors: ['tip', 'second'].map((key) => ({
        message: 'A part of the graph is not available right now.',
        path: [key],
        extensions: { code: 'SUBGRAPH_UNAVAILABLE' },
      })),
    });
    expectNoLeak(text);
  });
});
