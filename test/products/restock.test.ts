import { expect, test } from 'vitest';
import { anonymous } from '../../platform/identity/viewer.ts';
import { newId } from '../../platform/values/uuid.ts';
import { subgraphTest } from '../support/subgraph.ts';
import { customer, staff } from '../support/viewers.ts';
import {
  discontinue,
  getStock,
  onSale,
  purchases,
  releaseStock,
  reserveStock,
  restock,
} from './catalogue.ts';

const products = subgraphTest('products');

test('adds to the stock, with one statement', async () => {
  const { id } = await onSale(products, { stock: 3 });
  const before = products.statements();
  expect(await products.data(restock, { id, quantity: 4 }, staff())).toEqual({ restock: { id, stock: 7 } });
  expect(products.statements() - before).toBe(1);
});

test('loses none of twenty deliveries that arrive at once', async () => {
  const { id } = await onSale(products, { stock: 0 });
  await Promise.all(Array.from({ length: 20 }, () => products.data(restock, { id, quantity: 5 }, staff())));
  expect(await getStock(products, id)).toBe(100);
});

test('refuses a quantity out of range', async () => {
  const { id } = await onSale(products);
  for (const quantity of [0, -1, 1_000_001]) {
    expect(await products.refusal(restock, { id, quantity }, staff())).toBe('BAD_USER_INPUT');
  }
});

test('refuses to exceed the maximum stock, and still takes held units back', async () => {
  const { id } = await onSale(products, { stock: 10 });
  const purchaseId = newId();
  const input = { purchaseId, lines: [{ productId: id, quantity: 10 }] };
  await products.data(reserveStock, { input }, purchases);
  await products.sql('UPDATE products.product SET stock = 999999999 WHERE id = $1', [id]);
  expect(await products.refusal(restock, { id, quantity: 2 }, staff())).toBe('STOCK_TOO_LARGE');
  await products.data(restock, { id, quantity: 1 }, staff());
  await products.data(releaseStock, { purchaseId }, purchases);
  expect(await getStock(products, id)).toBe(1_000_000_010);
});

test('refuses a product that does not exist or is no longer sold', async () => {
  expect(await products.refusal(restock, { id: newId(), quantity: 1 }, staff())).toBe('PRODUCT_NOT_FOUND');
  expect(await products.refusal(restock, { id: 'nonsense', quantity: 1 }, staff())).toBe('PRODUCT_NOT_FOUND');
  const { id } = await onSale(products);
  await products.data(discontinue, { id }, staff());
  expect(await products.refusal(restock, { id, quantity: 1 }, staff())).toBe('PRODUCT_DISCONTINUED');
});

test('is for staff only', async () => {
  const { id } = await onSale(products);
  expect(await products.refusal(restock, { id, quantity: 1 }, anonymous)).toBe('UNAUTHENTICATED');
  expect(await products.refusal(restock, { id, quantity: 1 }, customer())).toBe('FORBIDDEN');
});
