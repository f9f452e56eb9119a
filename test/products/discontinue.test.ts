import { expect, test } from 'vitest';
import { anonymous } from '../../platform/identity/viewer.ts';
import { newId } from '../../platform/values/uuid.ts';
import { subgraphTest } from '../support/subgraph.ts';
import { customer, staff } from '../support/viewers.ts';
import { commitStock, discontinue, onSale, purchases, reserveStock } from './catalogue.ts';

const products = subgraphTest('products');

test('takes a product out of the catalogue and keeps it readable by id', async () => {
  const { id, sku } = await onSale(products);
  const before = products.statements();
  const { discontinue: gone } = await products.data(discontinue, { id }, staff());
  expect(products.statements() - before).toBe(1);
  expect(gone).toEqual({ id, discontinuedAt: expect.stringMatching(/Z$/) });
  const shown = await products.data(
    'query ($id: ID!, $sku: String) { product(id: $id) { id } products(filter: { sku: $sku }) { edges { cursor } } }',
    { id, sku },
  );
  expect(shown).toEqual({ product: { id }, products: { edges: [] } });
});

test('returns the same time when it is repeated', async () => {
  const { id } = await onSale(products);
  const first = await products.data(discontinue, { id }, staff());
  expect(await products.data(discontinue, { id }, staff())).toEqual(first);
});

test('lets units that are already reserved be sold', async () => {
  const { id } = await onSale(products);
  const purchaseId = newId();
  await products.data(
    reserveStock,
    { input: { purchaseId, lines: [{ productId: id, quantity: 1 }] } },
    purchases,
  );
  await products.data(discontinue, { id }, staff());
  expect((await products.data(commitStock, { purchaseId }, purchases)).commitStock.status).toBe('COMMITTED');
});

test('refuses a product that does not exist', async () => {
  expect(await products.refusal(discontinue, { id: newId() }, staff())).toBe('PRODUCT_NOT_FOUND');
  expect(await products.refusal(discontinue, { id: 'nonsense' }, staff())).toBe('PRODUCT_NOT_FOUND');
});

test('is for staff only', async () => {
  const { id } = await onSale(products);
  expect(await products.refusal(discontinue, { id }, anonymous)).toBe('UNAUTHENTICATED');
  expect(await products.refusal(discontinue, { id }, customer())).toBe('FORBIDDEN');
});
