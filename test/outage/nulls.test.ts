// Null where a subgraph says null: plain where the graph allows it, with one error where it does not, whatever else went wrong
// in the same request. Apollo's executor tells nobody of the latter.
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
    graph = await openStockGraph(transport, { SUBGRAPH_FAULTS: '10000' });
  });
  afterAll(() => graph.close());

  const askWith = async (conduct: Behaviour, query: string) => {
    graph.setBehaviour(conduct);
    return (await graph.ask(query)).response;
  };

  test('asks for equal entities once, and puts the answer wherever they stand', async () => {
    graph.setBehaviour(healthy);
    graph.received.length = 0;
    const { response } = await graph.ask('{ orders { title parcels weight } }');
    expect(response).toEqual({ data: { orders: ['1', '2', '1'].map(order) } });
    expect(graph.received.map(({ variables }) => variables?.representations)).toEqual([
      ['1', '2'].map((id) => ({ __typename: 'Order', id })),
    ]);
  });

  test('puts the error of an entity wherever it stands', async () => {
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

  test('an entity that is not there is null without an error, where null may be', async () => {
    const conduct = respondWithEntities(({ id }) => (id === '1' ? null : { parcels: 2, weight: 20 }));
    expect(await askWith(conduct, '{ orders { title parcels weight } }')).toEqual({
      data: { orders: [null, order('2'), null] },
    });
    expect(await askWith(conduct, '{ orders { title parcels } }')).toEqual({
      data: { orders: [null, 2, null].map((parcels, at) => ({ title: `Order ${(at % 2) + 1}`, parcels })) },
    });
  });

  test('an entity that is not there has an error at each place where it must be', async () => {
    const conduct = respondWithEntities(({ id }) => (id === '1' ? null : { parcels: 2, weight: 20 }));
    const response = await askWith(conduct, '{ allOrders { title weight } }');
    expect(response.data).toBeNull();
    expect(response.errors).toEqual([0, 2].map((at) => invalidResponse('allOrders', at)));
    expect(await askWith(conduct, '{ allOrders { title parcels } }'), 'nothing is lost').toMatchObject({
      data: { allOrders: { length: 3 } },
    });
  });

  test('null for a field that may not be null has an error, once a place, and takes what holds it', async () => {
    const conduct = respondWithEntities(({ id }) =>
      id === '1' ? { parcels: 1, weight: null } : { parcels: 2, weight: 20 },
    );
    expect(await askWith(conduct, '{ orders { title parcels weight } }')).toEqual({
      data: { orders: [null, order('2'), null] },
      errors: [0, 2].map((at) => invalidResponse('orders', at, 'weight')),
    });
  });

  test('has that error also beside other errors, and none beside one that explains it', async () => {
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
    ['null in a list that takes none', { boxes: [{ size: 1 }, null] }, { boxes: null }, ['boxes', 1]],
    ['null in an object of a list', { boxes: [{ size: null }] }, { boxes: null }, ['boxes', 0, 'size']],
    ['text in place of a list', { boxes: 'secret' }, { boxes: null }, ['boxes']],
    ['an object in place of a list', { boxes: { length: 1 } }, { boxes: null }, ['boxes']],
    ['a list in place of an object', { boxes: [[{ size: 1 }]] }, { boxes: null }, ['boxes', 0]],
    ['an enum value that there is not', { kind: 'SECRET' }, { kind: null }, ['kind']],
    ['a number in place of an enum value', { kind: 1 }, { kind: null }, ['kind']],
  ])('%s is null as the schema has it, with one error', async (_what, sent, got, path) => {
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
  ])('%s that may not be null takes the object along', async (_what, sent, path) => {
    expect(await askWith(respondWith({ data: { shelf: { ...shelf, ...sent } } }), shelfQuery)).toEqual({
      data: { shopName: 'The shop', shelf: null },
      errors: [invalidResponse('shelf', ...path)],
    });
  });

  test('null for a root field that may not be null takes all, and says so', async () => {
    expect(await askWith(respondWith({ data: { mustTip: null } }), '{ shopName mustTip }')).toEqual({
      data: null,
      errors: [invalidResponse('mustTip')],
    });
  });

  test('null, and a field that the answer leaves out by @skip, are no faults', async () => {
    const conduct = respondWith({ data: { shelf: { id: '1', boxes: null, kind: null, about: null } } });
    const query = '{ shelf { id boxes { size } tags @skip(if: true) kind about } }';
    expect(await askWith(conduct, query)).toEqual({
      data: { shelf: { id: '1', boxes: null, kind: null, about: null } },
    });
  });
});
