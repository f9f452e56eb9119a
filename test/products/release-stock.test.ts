import { expect, test } from 'vitest';
import { anonymous } from '../../platform/identity/viewer.ts';
import { newId } from '../../platform/values/uuid.ts';
import { subgraphTest } from '../support/subgraph.ts';
import { customer, service, staff } from '../support/viewers.ts';
import {
  commitStock,
  getStock,
  holdPens,
  onSale,
  openRivalTransaction,
  purchases,
  releaseStock,
} from './catalogue.ts';

const products = subgraphTest('products');

test('gives the held units back once, and gives a repeat the same response', async () => {
  const { pen, reservation, purchaseId } = await holdPens(products, 4);
  const { releaseStock: released } = await products.data(releaseStock, { purchaseId }, purchases);
  expect(released).toEqual({ ...reservation, status: 'RELEASED' });
  expect((await products.data(releaseStock, { purchaseId }, purchases)).releaseStock).toEqual(released);
  expect(await getStock(products, pen.id)).toBe(10);
});

test('gives the units back once when eight releases arrive at once', async () => {
  const { pen, purchaseId } = await holdPens(products, 4);
  const responses = await Promise.all(
    Array.from({ length: 8 }, () => products.data(releaseStock, { purchaseId }, purchases)),
  );
  expect(new Set(responses.map((response) => response.releaseStock.status))).toEqual(new Set(['RELEASED']));
  expect(await getStock(products, pen.id)).toBe(10);
});

test('costs one statement, and two when it is repeated', async () => {
  const { purchaseId } = await holdPens(products, 1);
  const status = 'mutation ($purchaseId: ID!) { releaseStock(purchaseId: $purchaseId) { status } }';
  for (const count of [1, 2]) {
    const before = products.statements();
    await products.data(status, { purchaseId }, purchases);
    expect(products.statements() - before).toBe(count);
  }
});

test('writes a tombstone for a purchase without a reservation, also when eight releases arrive at once', async () => {
  const purchaseId = newId();
  const responses = await Promise.all(
    Array.from({ length: 8 }, () => products.data(releaseStock, { purchaseId }, purchases)),
  );
  for (const response of responses)
    expect(response.releaseStock).toEqual({ purchaseId, status: 'RELEASED', lines: [] });
  expect(
    await products.sql('SELECT status FROM products.reservation WHERE purchase_id = $1', [purchaseId]),
  ).toEqual([{ status: 'RELEASED' }]);
});

test('gives back the units of a reserveStock that commits only after the release has begun', async () => {
  const pen = await onSale(products, { stock: 10 });
  const purchaseId = newId();
  const reserve = await openRivalTransaction(products);
  await reserve.query('UPDATE products.product SET stock = stock - 4 WHERE id = $1', [pen.id]);
  await reserve.query(`INSERT INTO products.reservation (purchase_id, status) VALUES ($1, 'HELD')`, [
    purchaseId,
  ]);
  await reserve.query(
    `INSERT INTO products.reservation_line (purchase_id, product_id, position, name, unit_price, currency, quantity)
     VALUES ($1, $2, 1, 'Pen', 1, 'EUR', 4)`,
    [purchaseId, pen.id],
  );
  const releasing = products.data(releaseStock, { purchaseId }, purchases);
  await reserve.untilWaiting(1);
  await reserve.commit();
  expect((await releasing).releaseStock).toMatchObject({ status: 'RELEASED', lines: [{ quantity: 4 }] });
  expect(await getStock(products, pen.id)).toBe(10);
});

test('refuses a reservation that is sold, and gives nothing back', async () => {
  const { pen, purchaseId } = await holdPens(products, 4);
  await products.data(commitStock, { purchaseId }, purchases);
  expect(await products.refusal(releaseStock, { purchaseId }, purchases)).toBe('RESERVATION_COMMITTED');
  expect(await getStock(products, pen.id)).toBe(6);
});

test('refuses a purchase id that is not a UUID, since no tombstone can be written for it', async () => {
  expect(await products.refusal(releaseStock, { purchaseId: 'nonsense' }, purchases)).toBe('BAD_USER_INPUT');
});

test('is for purchases only', async () => {
  const { purchaseId } = await holdPens(products, 1);
  expect(await products.refusal(releaseStock, { purchaseId }, anonymous)).toBe('UNAUTHENTICATED');
  for (const viewer of [customer(), staff(), service('payments')]) {
    expect(await products.refusal(releaseStock, { purchaseId }, viewer)).toBe('FORBIDDEN');
  }
});
