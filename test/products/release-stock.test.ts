import { expect, test } from 'vitest';
import { anonymous } from '../../platform/identity/viewer.ts';
import { newId } from '../../platform/values/uuid.ts';
import { subgraphTest } from '../support/subgraph.ts';
import { customer, service, staff } from '../support/viewers.ts';
import { commitStock, onSale, purchases, releaseStock, reserveStock, rival, stockOf } from './catalogue.ts';

const products = subgraphTest('products');

async function hold(quantity: number) {
  const pen = await onSale(products);
  const input = { purchaseId: newId(), lines: [{ productId: pen.id, quantity }] };
  const { reserveStock: reservation } = await products.data(reserveStock, { input }, purchases);
  return { pen, reservation, purchaseId: input.purchaseId };
}

test('gives back what is held, once, and answers a repeat the same', async () => {
  const { pen, reservation, purchaseId } = await hold(4);
  const { releaseStock: released } = await products.data(releaseStock, { purchaseId }, purchases);
  expect(released).toEqual({ ...reservation, status: 'RELEASED' });
  expect((await products.data(releaseStock, { purchaseId }, purchases)).releaseStock).toEqual(released);
  expect(await stockOf(products, pen.id)).toBe(10);
});

test('gives back once when eight releases arrive at once', async () => {
  const { pen, purchaseId } = await hold(4);
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => products.data(releaseStock, { purchaseId }, purchases)),
  );
  expect(new Set(answers.map((answer) => answer.releaseStock.status))).toEqual(new Set(['RELEASED']));
  expect(await stockOf(products, pen.id)).toBe(10);
});

test('costs one statement, and two when it is repeated', async () => {
  const { purchaseId } = await hold(1);
  const status = 'mutation ($purchaseId: ID!) { releaseStock(purchaseId: $purchaseId) { status } }';
  for (const count of [1, 2]) {
    const before = products.statements();
    await products.data(status, { purchaseId }, purchases);
    expect(products.statements() - before).toBe(count);
  }
});

test('leaves a tombstone for a purchase that reserved nothing, also when eight arrive at once', async () => {
  const purchaseId = newId();
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => products.data(releaseStock, { purchaseId }, purchases)),
  );
  for (const answer of answers)
    expect(answer.releaseStock).toEqual({ purchaseId, status: 'RELEASED', lines: [] });
  expect(
    await products.sql('SELECT status FROM products.reservation WHERE purchase_id = $1', [purchaseId]),
  ).toEqual([{ status: 'RELEASED' }]);
});

test('gives back what a reserve held that commits only after the release had begun', async () => {
  const pen = await onSale(products, { stock: 10 });
  const purchaseId = newId();
  const reserve = await rival(products);
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
  expect(await stockOf(products, pen.id)).toBe(10);
});

test('refuses what is sold, and gives nothing back', async () => {
  const { pen, purchaseId } = await hold(4);
  await products.data(commitStock, { purchaseId }, purchases);
  expect(await products.refusal(releaseStock, { purchaseId }, purchases)).toBe('RESERVATION_COMMITTED');
  expect(await stockOf(products, pen.id)).toBe(6);
});

test('refuses a purchase id that no tombstone can be written for', async () => {
  expect(await products.refusal(releaseStock, { purchaseId: 'nonsense' }, purchases)).toBe('BAD_USER_INPUT');
});

test('is for purchases alone', async () => {
  const { purchaseId } = await hold(1);
  expect(await products.refusal(releaseStock, { purchaseId }, anonymous)).toBe('UNAUTHENTICATED');
  for (const viewer of [customer(), staff(), service('payments')]) {
    expect(await products.refusal(releaseStock, { purchaseId }, viewer)).toBe('FORBIDDEN');
  }
});
