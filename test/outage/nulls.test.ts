// A null from a subgraph stays null where the schema allows it, and has one error where it does not, whatever else fails in the
// same request. Apollo's executor reports no error in the second case.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Behaviour,
  expectDocumentedCodes,
  healthy,
  openStockGraph,
  respondWith,
  respondWithEntities,
  type StockGraph,
  transports,
} from './outages.ts';

const invalidResponse = (...path: (string | number)[]) => ({
  message: 'A part of the graph sent a response that does not match the schema.',
  path,
  extensions: { code: 'SUBGRAPH_ANSWER_INVALID' },
});
const order = (id: string) => ({ title: `Order ${id}`, parcels: Number(id), weight: 10 * Number(id) });

describe.each(transports)('in %s', (transport) => {
  let graph: StockGraph;
  beforeAll(async () => {
    graph = await openStockGraph(transport, { SUBGRAPH_FAULTS: '10000', FORWARD_EXTENSIONS: 'by' });
  });
  afterAll(() => graph.close());

  const askWith = async (conduct: Behaviour, query: string) => {
    graph.setBehaviour(conduct);
    return (await graph.ask(query)).response;
  };

  test('fetches equal entities once, and merges the entity into each of their positions', async () => {
    graph.setBehaviour(healthy);
    graph.received.length = 0;
    const { response } = await graph.ask('{ orders { title parcels weight } }');
    expect(response).toEqual({ data: { orders: ['1', '2', '1'].map(order) } });
    expect(graph.received.map(({ variables }) => variables?.representations)).toEqual([
      ['1', '2'].map((id) => ({ __typename: 'Order', id })),
    ]);
  });

  test('reports the error of an entity at each of its positions', async () => {
    const error = {
      message: 'Sold.',
      path: ['_entities', 0, 'parcels'],
      extensions: { code: 'SOLD', by: 3 },
    };
    const response = await askWith(
      respondWith({ data: { _entities: [{ parcels: null }, { parcels: 2 }] }, errors: [error] }),
      '{ orders { title parcels } }',
    );
    expect(response).toEqual({
      data: { orders: [null, 2, null].map((parcels, at) => ({ title: `Order ${(at % 2) + 1}`, parcels })) },
      errors: [0, 2].map((at) => ({
        message: 'Sold.',
        path: ['orders', at, 'parcels'],
        extensions: { code: 'SOLD', by: 3 },
      })),
    });
  });

  test('a missing entity is null without an error where the schema allows null', async () => {
    const conduct = respondWithEntities(({ id }) => (id === '1' ? null : { parcels: 2, weight: 20 }));
    expect(await askWith(conduct, '{ orders { title parcels weight } }')).toEqual({
      data: { orders: [null, order('2'), null] },
    });
    expect(await askWith(conduct, '{ orders { title parcels } }')).toEqual({
      data: { orders: [null, 2, null].map((parcels, at) => ({ title: `Order ${(at % 2) + 1}`, parcels })) },
    });
  });

  test('a missing entity has an error at each position that must not be null', async () => {
    const conduct = respondWithEntities(({ id }) => (id === '1' ? null : { parcels: 2, weight: 20 }));
    const response = await askWith(conduct, '{ allOrders { title weight } }');
    expect(response.data).toBeNull();
    expect(response.errors).toEqual([0, 2].map((at) => invalidResponse('allOrders', at)));
    expect(
      await askWith(conduct, '{ allOrders { title parcels } }'),
      'the list keeps its length',
    ).toMatchObject({
      data: { allOrders: { length: 3 } },
    });
  });

  test('null for a non-null field has one error at each position, and makes its parent null', async () => {
    const conduct = respondWithEntities(({ id }) =>
      id === '1' ? { parcels: 1, weight: null } : { parcels: 2, weight: 20 },
    );
    expect(await askWith(conduct, '{ orders { title parcels weight } }')).toEqual({
      data: { orders: [null, order('2'), null] },
      errors: [0, 2].map((at) => invalidResponse('orders', at, 'weight')),
    });
  });

  test('has that error also beside other errors, but not beside an error of the same field', async () => {
    const refused = { message: 'No.', path: ['_entities', 0, 'weight'], extensions: { code: 'FORBIDDEN' } };
    const response = await askWith(
      respondWith({
        data: { _entities: [{ weight: null }, { weight: null }] },
        errors: [refused],
      }),
      '{ orders { title weight } }',
    );
    expect(response.data).toEqual({ orders: [null, null, null] });
    expect(response.errors?.map(({ path, extensions }) => [path, extensions.code])).toEqual([
      [['orders', 0, 'weight'], 'FORBIDDEN'],
      [['orders', 2, 'weight'], 'FORBIDDEN'],
      [['orders', 1, 'weight'], 'SUBGRAPH_ANSWER_INVALID'],
    ]);
    expectDocumentedCodes(response.errors?.map(({ extensions }) => extensions.code) ?? []);
  });

  const shelf = { id: '1', boxes: [{ size: 1 }], tags: ['a'], kind: 'OPEN', about: { any: [1] } };
  const shelfQuery = '{ shopName shelf { id boxes { size } tags kind about } }';

  test.each([
    ['null in a list of non-null items', { boxes: [{ size: 1 }, null] }, { boxes: null }, ['boxes', 1]],
    ['null in an object of a list', { boxes: [{ size: null }] }, { boxes: null }, ['boxes', 0, 'size']],
    ['text in place of a list', { boxes: 'secret' }, { boxes: null }, ['boxes']],
    ['an object in place of a list', { boxes: { length: 1 } }, { boxes: null }, ['boxes']],
    ['a list in place of an object', { boxes: [[{ size: 1 }]] }, { boxes: null }, ['boxes', 0]],
    ['an unknown enum value', { kind: 'SECRET' }, { kind: null }, ['kind']],
    ['a number in place of an enum value', { kind: 1 }, { kind: null }, ['kind']],
  ])('%s becomes null as the schema allows, with one error', async (_what, sent, got, path) => {
    expect(await askWith(respondWith({ data: { shelf: { ...shelf, ...sent } } }), shelfQuery)).toEqual({
      data: { shopName: 'The shop', shelf: { ...shelf, ...got } },
      errors: [invalidResponse('shelf', ...path)],
    });
  });

  test.each([
    ['null for a list', { tags: null }, ['tags']],
    ['null in a list', { tags: ['a', null] }, ['tags', 1]],
    ['a number in a list of text', { tags: [1] }, ['tags', 0]],
    ['no id', { id: undefined }, ['id']],
    ['a number that is not whole for an id', { id: 1.5 }, ['id']],
  ])('%s makes the whole object null where the field is non-null', async (_what, sent, path) => {
    expect(await askWith(respondWith({ data: { shelf: { ...shelf, ...sent } } }), shelfQuery)).toEqual({
      data: { shopName: 'The shop', shelf: null },
      errors: [invalidResponse('shelf', ...path)],
    });
  });

  test('null for a non-null root field makes the data null, with an error', async () => {
    expect(await askWith(respondWith({ data: { mustTip: null } }), '{ shopName mustTip }')).toEqual({
      data: null,
      errors: [invalidResponse('mustTip')],
    });
  });

  test('a nullable null, and a field that @skip leaves out, are no errors', async () => {
    const conduct = respondWith({ data: { shelf: { id: '1', boxes: null, kind: null, about: null } } });
    const query = '{ shelf { id boxes { size } tags @skip(if: true) kind about } }';
    expect(await askWith(conduct, query)).toEqual({
      data: { shelf: { id: '1', boxes: null, kind: null, about: null } },
    });
  });
});
