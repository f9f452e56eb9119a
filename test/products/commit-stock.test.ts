import { expect, test } from 'vitest';
import { anonymous } from '../../platform/identity/viewer.ts';
import { newId } from '../../platform/values/uuid.ts';
import { subgraphTest } from '../support/subgraph.ts';
import { customer, service, staff } from '../support/viewers.ts';
import {
  commitStock,
  getStock,
  holdPens,
  openRivalTransaction,
  purchases,
  releaseStock,
} from './catalogue.ts';

const products = subgraphTest('products');

test('sells the held units, leaves the stock unchanged, and gives a repeat the same response', async () => {
  const { pen, reservation, purchaseId } = await holdPens(products, 4);
  const { commitStock: committed } = await products.data(commitStock, { purchaseId }, purchases);
  expect(committed).toEqual({ ...reservation, status: 'COMMITTED' });
  expect((await products.data(commitStock, { purchaseId }, purchases)).commitStock).toEqual(committed);
  expect(await getStock(products, pen.id)).toBe(6);
});

test('costs one statement, and two when it is repeated', async () => {
  const { purchaseId } = await holdPens(products, 1);
  const status = 'mutation ($purchaseId: ID!) { commitStock(purchaseId: $purchaseId) { status } }';
  for (const count of [1, 2]) {
    const before = products.statements();
    await products.data(status, { purchaseId }, purchases);
    expect(products.statements() - before).toBe(count);
  }
});

test('refuses a purchase without a reservation, and one whose reservation was released', async () => {
  expect(await products.refusal(commitStock, { purchaseId: newId() }, purchases)).toBe(
    'RESERVATION_NOT_FOUND',
  );
  expect(await products.refusal(commitStock, { purchaseId: 'nonsense' }, purchases)).toBe(
    'RESERVATION_NOT_FOUND',
  );
  const { purchaseId } = await holdPens(products, 1);
  await products.data(releaseStock, { purchaseId }, purchases);
  expect(await products.refusal(commitStock, { purchaseId }, purchases)).toBe('RESERVATION_RELEASED');
});

test('lets commit or release win, never both, when they arrive at once', async () => {
  for (let round = 0; round < 10; round += 1) {
    const { pen, purchaseId } = await holdPens(products, 4);
    const [committed, released] = await Promise.all([
      products.graphql(commitStock, { purchaseId }, purchases),
      products.graphql(releaseStock, { purchaseId }, purchases),
    ]);
    const codes = [committed, released].map(({ errors }) => errors?.[0]?.extensions?.code);
    const sold = codes[0] === undefined;
    expect(codes).toEqual(sold ? [undefined, 'RESERVATION_COMMITTED'] : ['RESERVATION_RELEASED', undefined]);
    expect(await getStock(products, pen.id)).toBe(sold ? 6 : 10);
  }
});

test('waits for a release that has not committed yet, and is refused', async () => {
  const { purchaseId } = await holdPens(products, 1);
  const first = await openRivalTransaction(products);
  await first.query(`UPDATE products.reservation SET status = 'RELEASED' WHERE purchase_id = $1`, [
    purchaseId,
  ]);
  const refused = products.refusal(commitStock, { purchaseId }, purchases);
  await first.untilWaiting(1);
  await first.commit();
  expect(await refused).toBe('RESERVATION_RELEASED');
});

test('is for purchases only', async () => {
  const { purchaseId } = await holdPens(products, 1);
  expect(await products.refusal(commitStock, { purchaseId }, anonymous)).toBe('UNAUTHENTICATED');
  for (const viewer of [customer(), staff(), service('payments')]) {
    expect(await products.refusal(commitStock, { purchaseId }, viewer)).toBe('FORBIDDEN');
  }
});
