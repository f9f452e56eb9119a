// Many simultaneous buyers. Afterwards, stock + held + sold must equal the first stock, and no call may have failed for another
// reason than that the product was out of stock.
import { expect, test } from 'vitest';
import { newId } from '../../platform/values/uuid.ts';
import { subgraphTest } from '../support/subgraph.ts';
import { staff } from '../support/viewers.ts';
import {
  changePrice,
  discontinue,
  eur,
  getCodes,
  getStock,
  onSale,
  openRivalTransaction,
  purchases,
  releaseStock,
  reserveStock,
} from './catalogue.ts';

const products = subgraphTest('products');

const reserve = (purchaseId: string, ...productIds: string[]) =>
  products.graphql(
    reserveStock,
    { input: { purchaseId, lines: productIds.map((productId) => ({ productId, quantity: 1 })) } },
    purchases,
  );

async function countHeld(productId: string): Promise<number> {
  const [row] = await products.sql(
    `SELECT coalesce(sum(quantity), 0)::integer AS held FROM products.reservation_line
     JOIN products.reservation USING (purchase_id) WHERE product_id = $1 AND status <> 'RELEASED'`,
    [productId],
  );
  return row?.held;
}

function countCodes(codes: unknown[]): Record<string, number> {
  return Object.fromEntries([...Map.groupBy(codes, String)].map(([code, all]) => [code, all.length]));
}

test('reserves the last 5 units for 5 of 40 buyers', async () => {
  const pen = await onSale(products, { stock: 5 });
  const responses = await Promise.all(Array.from({ length: 40 }, () => reserve(newId(), pen.id)));
  expect(countCodes(getCodes(responses))).toEqual({ done: 5, OUT_OF_STOCK: 35 });
  expect([await getStock(products, pen.id), await countHeld(pen.id)]).toEqual([0, 5]);
});

test('reserves once when ten identical calls for one purchase arrive at once, also for the last unit', async () => {
  for (let round = 0; round < 5; round += 1) {
    const pen = await onSale(products, { stock: 1 });
    const purchaseId = newId();
    const responses = await Promise.all(Array.from({ length: 10 }, () => reserve(purchaseId, pen.id)));
    expect(countCodes(getCodes(responses))).toEqual({ done: 10 });
    expect(new Set(responses.map(({ data }) => JSON.stringify(data))).size).toBe(1);
    expect([await getStock(products, pen.id), await countHeld(pen.id)]).toEqual([0, 1]);
  }
});

test('lets one of two different reservations of one purchase win', async () => {
  const [pen, ink] = [await onSale(products), await onSale(products)];
  const purchaseId = newId();
  const responses = await Promise.all([reserve(purchaseId, pen.id), reserve(purchaseId, ink.id)]);
  expect(countCodes(getCodes(responses))).toEqual({ done: 1, RESERVATION_CONFLICT: 1 });
  expect((await countHeld(pen.id)) + (await countHeld(ink.id))).toBe(1);
  expect((await getStock(products, pen.id)) + (await getStock(products, ink.id))).toBe(19);
});

test('uses the stock as the earlier buyer left it, not as it was when the statement began', async () => {
  const pen = await onSale(products, { stock: 1 });
  const first = await openRivalTransaction(products);
  await first.query('UPDATE products.product SET stock = stock - 1 WHERE id = $1', [pen.id]);
  const second = reserve(newId(), pen.id);
  await first.untilWaiting(1);
  await first.commit();
  expect(getCodes([await second])).toEqual(['OUT_OF_STOCK']);
  expect(await getStock(products, pen.id)).toBe(0);
});

test('copies the price that is current when the stock is taken, not when the statement began', async () => {
  const pen = await onSale(products, { price: eur('1.00') });
  const first = await openRivalTransaction(products);
  await first.query('UPDATE products.product SET price = 2, stock = 7 WHERE id = $1', [pen.id]);
  const response = reserve(newId(), pen.id);
  await first.untilWaiting(1);
  await first.commit();
  expect((await response).data?.reserveStock).toMatchObject({ lines: [{ unitPrice: eur('2.00') }] });
  expect(await getStock(products, pen.id)).toBe(6);
});

test('refuses a product that is discontinued while the reservation waits for it', async () => {
  const pen = await onSale(products);
  const first = await openRivalTransaction(products);
  await first.query('UPDATE products.product SET discontinued_at = now() WHERE id = $1', [pen.id]);
  const response = reserve(newId(), pen.id);
  await first.untilWaiting(1);
  await first.commit();
  expect(getCodes([await response])).toEqual(['PRODUCT_DISCONTINUED']);
});

test('is refused by a tombstone that commits while it waits', async () => {
  const pen = await onSale(products);
  const purchaseId = newId();
  const release = await openRivalTransaction(products);
  await release.query(`INSERT INTO products.reservation (purchase_id, status) VALUES ($1, 'RELEASED')`, [
    purchaseId,
  ]);
  const response = reserve(purchaseId, pen.id);
  await release.untilWaiting(1);
  await release.commit();
  expect(getCodes([await response])).toEqual(['RESERVATION_RELEASED']);
  expect(await getStock(products, pen.id)).toBe(10);
});

test('locks products in the order of their ids, for any order of the lines', async () => {
  const [low, high] = [await onSale(products), await onSale(products)];
  const holder = await openRivalTransaction(products);
  await holder.query('SELECT FROM products.product WHERE id = $1 FOR UPDATE', [low.id]);
  const waits = reserve(newId(), high.id, low.id);
  await holder.untilWaiting(1);
  // If the waiting statement had already locked its first line, this one would wait as well until the test times out.
  expect(getCodes([await reserve(newId(), high.id)])).toEqual(['done']);
  await holder.commit();
  expect(getCodes([await waits])).toEqual(['done']);
});

test('ends 60 buyers with lines in opposite orders, among releases and price changes, without a deadlock', async () => {
  const [pen, ink, box] = [
    await onSale(products, { stock: 1000 }),
    await onSale(products, { stock: 1000 }),
    await onSale(products, { stock: 1000 }),
  ];
  const orders = [
    [pen, ink, box],
    [box, ink, pen],
    [ink, box, pen],
    [box, pen],
  ].map((order) => order.map(({ id }) => id));
  const responses = await Promise.all(
    Array.from({ length: 60 }, async (_, buyer) => {
      const purchaseId = newId();
      const order = orders[buyer % orders.length] ?? [];
      // Some purchases are released while they are still being reserved, twice, and reserved again. A timeout of the saga can
      // cause no worse order.
      const calls = [reserve(purchaseId, ...order), reserve(purchaseId, ...order.toReversed())];
      if (buyer % 3 === 0) calls.push(products.graphql(releaseStock, { purchaseId }, purchases));
      if (buyer % 6 === 0) calls.push(products.graphql(releaseStock, { purchaseId }, purchases));
      if (buyer % 10 === 0)
        calls.push(products.graphql(changePrice, { id: ink.id, price: eur('3.00') }, staff()));
      return Promise.all(calls);
    }),
  );
  const codes = countCodes(getCodes(responses.flat()));
  expect(Object.keys(codes).filter((code) => code !== 'done' && code !== 'RESERVATION_RELEASED')).toEqual([]);
  for (const { id } of [pen, ink, box]) {
    const held = await countHeld(id);
    expect(held).toBeGreaterThanOrEqual(30);
    expect((await getStock(products, id)) + held).toBe(1000);
  }
});

test('keeps every discontinued product from being reserved afterwards, while buyers go on', async () => {
  const pen = await onSale(products, { stock: 100 });
  const buyers = Array.from({ length: 20 }, () => reserve(newId(), pen.id));
  await products.data(discontinue, { id: pen.id }, staff());
  expect(getCodes([await reserve(newId(), pen.id)])).toEqual(['PRODUCT_DISCONTINUED']);
  await Promise.all(buyers);
  expect((await getStock(products, pen.id)) + (await countHeld(pen.id))).toBe(100);
});
