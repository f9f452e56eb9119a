import { expect, test } from 'vitest';
import { newId } from '../../platform/values/uuid.ts';
import { subgraphTest } from '../support/subgraph.ts';
import { onSale } from './catalogue.ts';

const products = subgraphTest('products');

const byId = 'query ($id: ID!) { product(id: $id) { id name } }';
const entities = `query ($representations: [_Any!]!) {
  _entities(representations: $representations) { ... on Product { id name price { amount currency } } }
}`;

test('shows a product to every caller, in any letter case of its id', async () => {
  const { id, name } = await onSale(products);
  expect(await products.data(byId, { id })).toEqual({ product: { id, name } });
  expect(await products.data(byId, { id: id.toUpperCase() })).toEqual({ product: { id, name } });
});

test('returns null for an unknown id', async () => {
  expect(await products.data(byId, { id: newId() })).toEqual({ product: null });
});

test.each(['', 'nonsense', "' OR true --"])('refuses the id %j', async (id) => {
  expect(await products.refusal(byId, { id })).toBe('BAD_USER_INPUT');
});

test.each([1, 10, 100])('resolves %i references with one statement', async (count) => {
  await products.sql(
    `INSERT INTO products.product (id, sku, name, description, price, currency, stock)
     SELECT gen_random_uuid(), 'MANY-' || $1 || '-' || n, 'Pen ' || n, '', 1, 'EUR', 1 FROM generate_series(1, $1::integer) n`,
    [count],
  );
  const rows = await products.sql(`SELECT id FROM products.product WHERE sku LIKE 'MANY-' || $1 || '-%'`, [
    count,
  ]);
  const ids = rows.map(({ id }) => id);
  const representations = ids.map((id) => ({ __typename: 'Product', id }));
  const before = products.statements();
  const { _entities: found } = await products.data(entities, { representations });
  expect(products.statements() - before).toBe(1);
  expect(found.map(({ id }: { id: string }) => id)).toEqual(ids);
});

test('refuses each reference that is malformed or without an id in its place, and answers all others', async () => {
  const { id, name } = await onSale(products);
  const representations = [
    { id: newId() },
    { id: 'nonsense' },
    { id: { ne: '' } },
    { id: null },
    {},
    { id },
    { id },
  ];
  const { data, errors } = await products.graphql(entities, {
    representations: representations.map((representation) => ({ __typename: 'Product', ...representation })),
  });
  const shown = { id, name, price: { amount: '12.50', currency: 'EUR' } };
  expect(data?._entities).toEqual([null, null, null, null, null, shown, shown]);
  expect(errors?.map(({ path, extensions }) => [path, extensions?.code])).toEqual(
    expect.arrayContaining([1, 2, 3, 4].map((place) => [['_entities', place], 'BAD_USER_INPUT'])),
  );
  expect(errors).toHaveLength(4);
});
