// Hostile responses of a subgraph: keys that pollute prototypes, JSON that is deep or malformed, errors that leak details.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  expectDocumentedCodes,
  expectNoLeak,
  openStockGraph,
  respondWith,
  respondWithEntities,
  type StockGraph,
  transports,
} from './outages.ts';

const fault = { message: 'An internal error occurred.', code: 'INTERNAL_SERVER_ERROR' };
const query = '{ shopName orders { title parcels } }';
const title = (id: string) => ({ title: `Order ${id}` });

function expectNoPollution(): void {
  const object: Record<string, unknown> = {};
  for (const key of ['polluted', 'toString2', 'parcels', 'isAdmin']) expect(object[key]).toBeUndefined();
  expect(Object.keys(Object.prototype)).toEqual([]);
  expect(Object.keys(Array.prototype)).toEqual([]);
}

describe.each(transports)('in %s', (transport) => {
  let graph: StockGraph;
  beforeAll(async () => {
    graph = await openStockGraph(transport, { SUBGRAPH_FAULTS: '10000' });
  });
  afterAll(() => graph.close());

  const poison = '"__proto__":{"polluted":true,"isAdmin":true},"constructor":{"prototype":{"polluted":true}}';

  test.each([
    ['beside the entities', `{"data":{"_entities":[{"parcels":1},{"parcels":2}],${poison}}}`],
    ['in an entity', `{"data":{"_entities":[{"parcels":1,${poison}},{"parcels":2}]}}`],
    [
      'in the entities and beside the data',
      `{${poison},"data":{"_entities":[{"parcels":1},{${poison},"parcels":2}]}}`,
    ],
  ])('keys that reach prototypes %s change nothing', async (_where, text) => {
    graph.setBehaviour(respondWith(text));
    const { response } = await graph.ask(query);
    expect(response).toEqual({
      data: {
        shopName: 'The shop',
        orders: ['1', '2', '1'].map((id) => ({ ...title(id), parcels: Number(id) })),
      },
    });
    expectNoPollution();
  });

  test('keys that occur twice lose the response where it is text: another program would read other values', async () => {
    graph.setBehaviour(
      respondWith(`{"data":{"_entities":[{"parcels":9,${poison},${poison},"parcels":1},{"parcels":2}]}}`),
    );
    const { response } = await graph.ask(query);
    const isText = transport === 'http';
    expect(response.data).toMatchObject({
      orders: ['1', '2', '1'].map((id) => ({ parcels: isText ? null : Number(id) })),
    });
    expect(response.errors?.map(({ extensions }) => extensions?.code)).toEqual(
      isText ? Array(3).fill('SUBGRAPH_UNAVAILABLE') : undefined,
    );
    expectNoPollution();
  });

  test('a prototype in place of a field does not pass for the field', async () => {
    graph.setBehaviour(
      respondWith('{"data":{"_entities":[{"__proto__":{"parcels":1}},{"__proto__":{"parcels":2}}]}}'),
    );
    const { response } = await graph.ask(query);
    expect(response.data).toMatchObject({ orders: ['1', '2', '1'].map(() => ({ parcels: null })) });
    expect(response.errors).toHaveLength(3);
    expectNoPollution();
  });

  test.each([
    [
      'a path through a prototype',
      [{ message: 'no', path: ['__proto__', 'polluted'], extensions: { code: 'X' } }],
    ],
    [
      'a path into the entities by name',
      [{ message: 'no', path: ['_entities', '__proto__'], extensions: { code: 'X' } }],
    ],
    [
      'a path to an entity that was not requested',
      [{ message: 'no', path: ['_entities', 99], extensions: { code: 'X' } }],
    ],
    ['a path of objects', [{ message: 'no', path: [{ secret: 1 }], extensions: { code: 'X' } }]],
    ['a path that is text', [{ message: 'no', path: 'secret', extensions: { code: 'X' } }]],
  ])('an error with %s is harmless, and the client receives one error', async (_what, errors) => {
    graph.setBehaviour(respondWith(JSON.stringify({ data: { _entities: [null, null] }, errors })));
    const { response, text } = await graph.ask(query);
    expect(response.data).toMatchObject({ shopName: 'The shop', orders: [{ parcels: null }, {}, {}] });
    expect(response.errors?.map(({ extensions }) => extensions.code)).toEqual(['X']);
    expectNoLeak(text);
    expectNoPollution();
  });

  test.each([
    ['text', '"secret at stack"'],
    ['an object', '{"message":"secret"}'],
    ['a list of text', '["secret"]'],
    ['a list of null', '[null]'],
    ['an error without a message', '[{}]'],
    ['an error with an object for its message', '[{"message":{"secret":1},"extensions":[1]}]'],
    ['an error without a code', '[{"message":"SELECT secret at http://10.1.2.3","locations":[{"line":1}]}]'],
    ['an error whose code is no string', '[{"message":"secret","extensions":{"code":{"secret":1}}}]'],
    [
      'a fault with its stack',
      '[{"message":"SELECT secret","extensions":{"code":"INTERNAL_SERVER_ERROR","exception":{"stacktrace":["at x.ts"]},"stack":"secret"}}]',
    ],
  ])('errors that are %s become one masked error without their text', async (_what, errors) => {
    graph.setBehaviour(respondWith(`{"data":null,"errors":${errors}}`));
    const { response, text } = await graph.ask(query);
    expect(response.data).toMatchObject({ shopName: 'The shop', orders: [{ parcels: null }, {}, {}] });
    expect(response.errors?.map(({ message, extensions: { code } }) => ({ message, code }))).toEqual([fault]);
    expect(Object.keys(response.errors?.[0]?.extensions ?? {}).sort()).toEqual(['code', 'traceId']);
    expectDocumentedCodes([fault.code]);
    expectNoLeak(text.replace(/"traceId":"\w+"/g, ''));
  });

  test('JSON that is too deep to serialize becomes null, and all other data stays', async () => {
    const deep = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
    const shelf = (about: string) => `{"data":{"shelf":{"id":"1","about":${about}}}}`;
    graph.setBehaviour(respondWith(shelf(deep(100))));
    expect((await graph.ask('{ shopName shelf { id about } }')).response.errors).toBeUndefined();
    graph.setBehaviour(respondWith(shelf(deep(20_000))));
    const { response } = await graph.ask('{ shopName shelf { id about } }');
    expect(response.data).toEqual({ shopName: 'The shop', shelf: { id: '1', about: null } });
    expect(response.errors?.map(({ path }) => path)).toEqual([['shelf', 'about']]);
  });

  test('a response contains nothing of the executor’s internal notes', async () => {
    graph.setBehaviour(respondWithEntities(() => null));
    expect((await graph.ask('{ orders { weight } }')).response).toEqual({
      data: { orders: [null, null, null] },
    });
  });
});

describe('errors of a foreign subgraph', () => {
  const errors = (code: string) => ({
    data: { tip: null },
    errors: [
      {
        message: 'SELECT secret',
        path: ['tip'],
        extensions: { code, exception: { stacktrace: ['at x.ts'] }, url: 'http://10.1.2.3' },
      },
    ],
  });

  test('only well-known codes reach the client, with the gateway’s own messages, and codes that the operator lists', async () => {
    const graph = await openStockGraph('http', {
      SUPERGRAPH: 'any.graphql',
      FORWARD_ERRORS: 'SOLD_OUT, GONE',
    });
    const askFor = async (code: string) => {
      graph.setBehaviour(respondWith(errors(code)));
      const { response, text } = await graph.ask('{ shopName tip }');
      expect(response.data).toEqual({ shopName: 'The shop', tip: null });
      return {
        text,
        errors: response.errors?.map(({ message, path, extensions }) => [message, path, extensions]),
      };
    };
    for (const code of ['UNAUTHENTICATED', 'FORBIDDEN', 'BAD_USER_INPUT']) {
      const { text, errors } = await askFor(code);
      expect(errors).toEqual([[expect.any(String), ['tip'], { code }]]);
      expectNoLeak(text);
    }
    for (const code of [
      'DATABASE_ERROR',
      'GRAPHQL_VALIDATION_FAILED',
      '__proto__',
      'INTERNAL_SERVER_ERROR',
    ]) {
      const { text, errors } = await askFor(code);
      expect(errors).toEqual([[fault.message, ['tip'], { code: fault.code, traceId: expect.any(String) }]]);
      expectNoLeak(text.replace(/"traceId":"\w+"/g, ''));
    }
    for (const code of ['SOLD_OUT', 'GONE'])
      expect((await askFor(code)).errors).toEqual([['SELECT secret', ['tip'], { code }]]);
    await graph.close();
  });
});
