// A subgraph that gives no usable answer, in every way we know: its fields are null with one error each, all others stay.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  answersEach,
  answersWith,
  type Conduct,
  expectListed,
  expectNoLeak,
  hangs,
  openStockGraph,
  resets,
  type StockGraph,
  transports,
} from './outages.ts';

const requestMs = 10_000;

/** What only a server can do; in memory, the nearest thing to it. */
const overHttp = (http: Conduct['http'], message = 'SELECT secret FROM "stock"'): Conduct => ({
  memory: () => Promise.reject(new Error(message)),
  http,
});
const body = '{"data":{"_entities":[{"parcels":1},{"parcels":2}]}}';

const silent: [string, Conduct][] = [
  ['answers 500', overHttp((_request, response) => void response.writeHead(500).end('secret at stack'))],
  ['answers 500 with data', overHttp((_request, response) => void response.writeHead(500).end(body))],
  ['answers 401', overHttp((_request, response) => void response.writeHead(401).end('{}'))],
  [
    'sends the gateway elsewhere',
    overHttp((_request, response) => void response.writeHead(307, { location: 'http://10.1.2.3/' }).end()),
  ],
  ['refuses the connection', overHttp((request) => void request.socket.destroy())],
  ['resets the connection', resets],
  ['hangs', hangs],
  [
    'hangs in the middle of its answer',
    { memory: hangs.memory, http: (_request, response) => void response.write('{"data":{') },
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
  ['answers nothing', answersWith('{}')],
  ['answers null', answersWith('null')],
  ['answers null for everything, and no error', answersWith('{"data":null,"errors":[]}')],
];

const odd: [string, Conduct][] = [
  ['answers too few entities', answersWith('{"data":{"_entities":[{"parcels":1}]}}')],
  ['answers no entity', answersWith('{"data":{"_entities":[]}}')],
  [
    'answers too many entities',
    answersWith('{"data":{"_entities":[{"parcels":1},{"parcels":2},{"parcels":1}]}}'),
  ],
  ['answers a list that is none', answersWith('{"data":{"_entities":{"0":{"parcels":1},"length":2}}}')],
  ['answers null for the list', answersWith('{"data":{"_entities":null}}')],
  ['answers without the list', answersWith('{"data":{"entities":[]}}')],
  ['answers text for its data', answersWith('{"data":"secret"}')],
  ['answers text for entities', answersEach(() => 'secret')],
  ['answers lists for entities', answersEach(() => [{ parcels: 1 }])],
  ['answers entities of a type that there is not', answersEach(() => ({ __typename: 'Secret', parcels: 1 }))],
  ['answers entities whose type is no text', answersEach(() => ({ __typename: { secret: 1 }, parcels: 1 }))],
  ['answers entities without the field', answersEach(() => ({ volume: 1 }))],
  ['answers text for a number', answersEach(() => ({ parcels: 'secret' }))],
  ['answers an object for a number', answersEach(() => ({ parcels: { secret: 1 } }))],
  ['answers a list for a number', answersEach(() => ({ parcels: [1] }))],
];

describe.each(transports)('in %s, when a subgraph', (transport) => {
  let graph: StockGraph;
  beforeAll(async () => {
    graph = await openStockGraph(transport, {
      REQUEST_TIMEOUT_MS: String(requestMs),
      SUBGRAPH_TIMEOUT_MS: '300',
      // Each test is about one outage, not about those before it.
      SUBGRAPH_FAULTS: '10000',
    });
  });
  afterAll(() => graph.close());

  test.each([
    ...silent.map(([what, conduct]) => [what, conduct, 'SUBGRAPH_UNAVAILABLE'] as const),
    ...odd.map(([what, conduct]) => [what, conduct, 'SUBGRAPH_ANSWER_INVALID'] as const),
  ])('%s, all others keep their data, and each lost place has one error', async (_what, conduct, code) => {
    graph.behave(conduct);
    const { answer, text, ms } = await graph.ask('{ shopName orders { id title parcels } }');
    expect(answer.data).toEqual({
      shopName: 'The shop',
      orders: ['1', '2', '1'].map((id) => ({ id, title: `Order ${id}`, parcels: null })),
    });
    expect(answer.errors?.map(({ path }) => path?.slice(0, 2))).toEqual(
      [0, 1, 2].map((at) => ['orders', at]),
    );
    expect(new Set(answer.errors?.map(({ extensions }) => JSON.stringify(extensions)))).toEqual(
      new Set([JSON.stringify({ code })]),
    );
    expectListed([code]);
    expectNoLeak(text);
    expect(ms).toBeLessThan(requestMs);
  });

  test.each(silent)(
    '%s, what may not be null takes along what holds it, with one error',
    async (_what, conduct) => {
      graph.behave(conduct);
      const { answer } = await graph.ask('{ shopName orders { title weight } }');
      expect(answer.data).toEqual({ shopName: 'The shop', orders: [null, null, null] });
      expect(answer.errors?.map(({ path }) => path)).toEqual([0, 1, 2].map((at) => ['orders', at, 'weight']));
      const whole = await graph.ask('{ shopName mustTip }');
      expect(whole.answer.data).toBeNull();
      expect(whole.answer.errors?.map(({ path }) => path)).toEqual([['mustTip']]);
    },
  );

  test.each(silent)('%s, each root field that it answers for has one error', async (_what, conduct) => {
    graph.behave(conduct);
    const { answer, text } = await graph.ask('{ tip shopName second: tip third: tip @skip(if: true) }');
    expect(answer).toEqual({
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
