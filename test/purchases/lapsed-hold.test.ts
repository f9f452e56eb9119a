// The hold on a card is gone between the confirmation of a purchase and its capture. A purchase is cancelled for it once, and only when
// payments has found the hold gone at the provider: every other refusal of the capture may be a mistake.
import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import { customer } from '../support/viewers.ts';
import { type Operation, refusal, shopTest } from './shop.ts';

const shop = shopTest({ PURCHASES_SWEEP_MS: '2000' });
afterEach(shop.mend);

const completed = { purchase: 'COMPLETED', reservation: 'COMMITTED', stock: 3, payment: 'CAPTURED' };
const givenUp = { purchase: 'CANCELLED', reservation: 'RELEASED', stock: 5 };

async function createOrder(paymentToken = 'tok_lapse') {
  const ids = { viewer: customer(), idempotencyKey: randomUUID() };
  return { productId: await shop.product(5), quantity: 2, paymentToken, ...ids };
}

test('cancels the purchase with a reason of its own, gives the stock back, and answers every repeat the same', async () => {
  const order = await createOrder();
  const all = await Promise.all(Array.from({ length: 4 }, () => shop.buy(order)));
  const [made] = all;
  expect(made).toMatchObject({
    status: 'CANCELLED',
    cancelReason: 'PAYMENT_LAPSED',
    // The names and prices of the confirmation stay.
    total: { amount: '25.00', currency: 'EUR' },
    payment: { id: expect.any(String) },
  });
  expect([...all, await shop.buy(order)]).toEqual(Array(5).fill(made));
  expect(await shop.truth(made.id, order.productId)).toEqual({ ...givenUp, payment: 'EXPIRED' });
});

test.each([
  ['void', 'VOIDED'],
  ['expire', 'EXPIRED'],
] as const)(
  'cancels a confirmed purchase when the hold is gone at the provider alone (%s)',
  async (change, status) => {
    const order = await createOrder('tok_approve');
    shop.intercept('CapturePayment', 1, async (execute, purchaseId) => {
      await shop.changeAtProvider(change, purchaseId);
      return execute();
    });
    const made = await shop.buy(order);
    expect(made).toMatchObject({ status: 'CANCELLED', cancelReason: 'PAYMENT_LAPSED' });
    expect(await shop.truth(made.id, order.productId)).toEqual({ ...givenUp, payment: status });
  },
);

describe('ends the way back when the same key is sent again', () => {
  const cases: Operation[] = ['VoidPayment', 'ReleaseStock'];
  test.each(cases)('although %s could not be reached', async (operation) => {
    const order = await createOrder();
    shop.cut(operation, 'unheard', 3);
    const made = await shop.buy(order);
    expect(made).toMatchObject({ status: 'CANCELLING', cancelReason: 'PAYMENT_LAPSED' });
    expect(await shop.buy(order)).toMatchObject({
      id: made.id,
      status: 'CANCELLED',
      cancelReason: 'PAYMENT_LAPSED',
    });
    expect(await shop.truth(made.id, order.productId)).toEqual({ ...givenUp, payment: 'EXPIRED' });
  });
});

test('completes a purchase that was confirmed although its capture was called refused', async () => {
  const order = await createOrder('tok_approve');
  shop.intercept('CapturePayment', 1, async (execute) => {
    await execute();
    return refusal('PAYMENT_HOLD_GONE');
  });
  const made = await shop.buy(order);
  expect(made).toMatchObject({ status: 'COMPLETED', cancelReason: null });
  expect(await shop.truth(made.id, order.productId)).toEqual(completed);
});

test('completes a purchase whose stock was sold before the provider took the captured amount back', async () => {
  const order = await createOrder('tok_approve');
  shop.cut('CommitStock', 'unanswered', 3);
  const { id } = await shop.buy(order);
  expect(await shop.truth(id, order.productId)).toEqual({ ...completed, purchase: 'CONFIRMED' });
  // To purchases, an amount that was taken back is a hold that is gone.
  await shop.payments.sql(`UPDATE payments.payment SET status = 'VOIDED' WHERE purchase_id = $1`, [id]);
  expect(await shop.buy(order)).toMatchObject({ id, status: 'COMPLETED', cancelReason: null });
  expect(await shop.truth(id, order.productId)).toEqual({ ...completed, payment: 'VOIDED' });
});

test.each(['FORBIDDEN', 'UNAUTHENTICATED', 'PAYMENT_NOT_FOUND', 'PAYMENT_NOT_CAPTURABLE'])(
  'keeps a confirmed purchase when the capture is refused as %s, and completes it once that is mended',
  async (code) => {
    const order = await createOrder('tok_approve');
    shop.intercept('CapturePayment', 1, () => refusal(code));
    const made = await shop.buy(order);
    expect(made).toMatchObject({ status: 'CONFIRMED', cancelReason: null });
    expect(await shop.truth(made.id, order.productId)).toMatchObject({
      reservation: 'HELD',
      payment: 'AUTHORIZED',
    });
    expect(await shop.buy(order)).toMatchObject({ id: made.id, status: 'COMPLETED' });
    expect(await shop.truth(made.id, order.productId)).toEqual(completed);
  },
);

test.each(['PAYMENT_HOLD_GONE', 'PAYMENT_VOIDED'])(
  'cancels with the same reason when the hold is gone before the confirmation (%s)',
  async (code) => {
    const order = await createOrder('tok_approve');
    shop.intercept('CreatePayment', 1, async (execute) => {
      await execute();
      return refusal(code);
    });
    const made = await shop.buy(order);
    expect(made).toMatchObject({ status: 'CANCELLED', cancelReason: 'PAYMENT_LAPSED', total: null });
    expect(await shop.truth(made.id, order.productId)).toEqual({ ...givenUp, payment: 'VOIDED' });
  },
);
