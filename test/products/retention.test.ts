// What products deletes in the background: reservations of purchases that ended long ago, with their lines.
import { expect, test } from 'vitest';
import { newId } from '../../platform/values/uuid.ts';
import { instanceTest, subgraphTest } from '../support/subgraph.ts';
import { commitStock, getStock, onSale, purchases, releaseStock, reserveStock } from './catalogue.ts';

const products = subgraphTest('products');
const openInstance = instanceTest('products', products);

/** Reserves two of ten units of a product, ends it as told, and makes it as old as told. */
async function reserve(days: number, end?: string) {
  const { id: productId } = await onSale(products, { stock: 10 });
  const purchaseId = newId();
  const input = { purchaseId, lines: [{ productId, quantity: 2 }] };
  await products.data(reserveStock, { input }, purchases);
  if (end !== undefined) await products.data(end, { purchaseId }, purchases);
  await products.sql(
    'UPDATE products.reservation SET updated_at = now() - make_interval(days => $2) WHERE purchase_id = $1',
    [purchaseId, days],
  );
  return { purchaseId, productId };
}

const listRows = async (table: string) =>
  (await products.sql(`SELECT purchase_id FROM products.${table}`))
    .map(({ purchase_id }) => purchase_id)
    .toSorted();

test('deletes reservations that were sold or released ninety days ago, with their lines, and no stock', async () => {
  const sold = await reserve(91, commitStock);
  const released = await reserve(91, releaseStock);
  const recent = [await reserve(89, commitStock), await reserve(89, releaseStock)];
  const held = await reserve(91);
  const tombstone = newId();
  await products.data(releaseStock, { purchaseId: tombstone }, purchases);
  await products.sql(
    `UPDATE products.reservation SET updated_at = now() - interval '91 days' WHERE purchase_id = $1`,
    [tombstone],
  );
  const left = [...recent, held].map(({ purchaseId }) => purchaseId).toSorted();
  // The search for reservations that are held, which would ask purchases, begins with those that are old enough: none is.
  await openInstance({ PRODUCTS_RESERVATION_MINUTES: '10080' });
  await expect.poll(() => listRows('reservation')).toEqual(left);
  expect(await listRows('reservation_line')).toEqual(left);
  expect(await getStock(products, sold.productId)).toBe(8);
  expect(await getStock(products, released.productId)).toBe(10);
});

test('the operator chooses the days', async () => {
  const { purchaseId } = await reserve(31, commitStock);
  await openInstance({ PRODUCTS_ENDED_RESERVATION_DAYS: '30' });
  await expect.poll(() => listRows('reservation')).not.toContain(purchaseId);
});
