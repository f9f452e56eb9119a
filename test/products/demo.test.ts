import { expect, test } from 'vitest';
import { subgraphTest } from '../support/subgraph.ts';
import { staff } from '../support/viewers.ts';
import { changePrice, eur } from './catalogue.ts';

const products = subgraphTest('products');

const list = '{ products(first: 100) { edges { node { id sku name description price { currency } } } } }';

test('writes twelve products once, and keeps later changes by staff', async () => {
  await products.opened().demo();
  const { products: first } = await products.data(list);
  expect(first.edges).toHaveLength(12);
  const [{ node }] = first.edges;
  await products.data(changePrice, { id: node.id, price: eur('1.23') }, staff());
  await products.opened().demo();
  expect((await products.data(list)).products).toEqual(first);
  const changed = await products.data('query ($id: ID!) { product(id: $id) { price { amount } } }', {
    id: node.id,
  });
  expect(changed.product.price.amount).toBe('1.23');
});
