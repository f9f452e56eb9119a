import { createHash, randomUUID } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import { customer } from '../support/viewers.ts';
import { type Fault, type Operation, shopTest } from './shop.ts';

const shop = shopTest({ PURCHASES_SWEEP_MS: '2000' });
afterEach(shop.mend);

const completed = { purchase: 'COMPLETED', reservation: 'COMMITTED', stock: 3, payment: 'CAPTURED' };
const cancelled = { purchase: 'CANCELLED', reservation: 'RELEASED', stock: 5, payment: 'VOIDED' };
const faults: Fault[] = ['unheard', 'unanswered'];

describe('when one call is lost', () => {
  const forward: Operation[] = ['ReserveStock', 'CreatePayment', 'CapturePayment', 'CommitStock'];
  const cases = forward.flatMap((operation) => faults.map((fault) => [operation, fault] as const));
  test.each(cases)('completes in the same request although %s goes %s', async (operation, fault) => {
    const productId = await shop.product(5);
    shop.cut(operation, fault, 1);
    const made = await shop.buy({ productId, quantity: 2 });
    expect(made).toMatchObject({
      status: 'COMPLETED',
      cancelReason: null,
      total: { amount: '25.00', currency: 'EUR' },
    });
    expect(await shop.truth(made.id, productId)).toEqual(completed);
  });

  test.each(faults)('cancels to the end although VoidPayment goes %s', async (fault) => {
    const productId = await shop.product(5);
    shop.cut('VoidPayment', fault, 1);
    const made = await shop.buy({ productId, quantity: 2, paymentToken: 'tok_decline' });
    expect(made).toMatchObject({ status: 'CANCELLED', cancelReason: 'PAYMENT_DECLINED' });
    expect(await shop.truth(made.id, productId)).toEqual({ ...cancelled, payment: 'DECLINED' });
  });

  test.each(faults)('cancels to the end although ReleaseStock goes %s', async (fault) => {
    const productId = await shop.product(5);
    shop.cut('ReleaseStock', fault, 1);
    const made = await shop.buy({ productId, quantity: 2, paymentToken: 'tok_decline' });
    expect(await shop.truth(made.id, productId)).toEqual({ ...cancelled, payment: 'DECLINED' });
  });
});

describe('when a participant cannot be reached', () => {
  const before: Operation[] = ['ReserveStock', 'CreatePayment'];
  const cases = before.flatMap((operation) => faults.map((fault) => [operation, fault] as const));
  test.each(cases)('cancels and leaves nothing held when every %s goes %s', async (operation, fault) => {
    const productId = await shop.product(5);
    const order = { productId, quantity: 2, viewer: customer(), idempotencyKey: randomUUID() };
    shop.cut(operation, fault, 3);
    const made = await shop.buy(order);
    expect(made).toMatchObject({ status: 'CANCELLED', cancelReason: 'UNAVAILABLE', total: null });
    expect(await shop.truth(made.id, productId)).toEqual(cancelled);
    expect(await shop.buy(order)).toEqual(made);
  });

  test.each(['CapturePayment', 'CommitStock'] as const)(
    'returns CONFIRMED when %s cannot be reached, and completes when the same key is sent again',
    async (operation) => {
      const productId = await shop.product(5);
      const order = { productId, quantity: 2, viewer: customer(), idempotencyKey: randomUUID() };
      shop.cut(operation, 'unheard', 3);
      const made = await shop.buy(order);
      expect(made).toMatchObject({ status: 'CONFIRMED', total: { amount: '25.00' } });
      expect(await shop.buy(order)).toMatchObject({ id: made.id, status: 'COMPLETED' });
      expect(await shop.truth(made.id, productId)).toEqual(completed);
    },
  );

  test('returns CANCELLING when the undo cannot be reached, and ends it when the same key is sent again', async () => {
    const productId = await shop.product(5);
    const order = {
      productId,
      quantity: 2,
      viewer: customer(),
      idempotencyKey: randomUUID(),
      paymentToken: 'tok_decline',
    };
    shop.cut('VoidPayment', 'unheard', 3);
    const made = await shop.buy(order);
    expect(made).toMatchObject({ status: 'CANCELLING', cancelReason: 'PAYMENT_DECLINED' });
    expect(await shop.buy(order)).toMatchObject({ id: made.id, status: 'CANCELLED' });
    expect(await shop.truth(made.id, productId)).toEqual({ ...cancelled, payment: 'DECLINED' });
  });
});

test('completes the purchase instead of the undo when the payment is captured already', async () => {
  const productId = await shop.product(5);
  const order = { productId, quantity: 2, viewer: customer(), idempotencyKey: randomUUID() };
  shop.cut('CommitStock', 'unheard', 3);
  const made = await shop.buy(order);
  // The row looks as if another instance had begun to cancel before it knew of the capture.
  await shop.purchases.sql(
    `UPDATE purchases.purchase SET status = 'CANCELLING', cancel_reason = 'UNAVAILABLE' WHERE id = $1`,
    [made.id],
  );
  expect(await shop.buy(order)).toMatchObject({ status: 'COMPLETED', cancelReason: null });
  expect(await shop.truth(made.id, productId)).toEqual(completed);
});

test('makes one purchase of eight identical simultaneous requests, although responses are lost', async () => {
  const productId = await shop.product(5);
  const order = { productId, quantity: 2, viewer: customer(), idempotencyKey: randomUUID() };
  shop.cut('CreatePayment', 'unanswered', 3);
  const made = await Promise.all(Array.from({ length: 8 }, () => shop.buy(order)));
  expect(new Set(made.map(({ id }) => id)).size).toBe(1);
  const truth = await shop.truth(made[0].id, productId);
  // The requests may confirm or cancel the purchase, but they decide once.
  expect([completed, cancelled]).toContainEqual(truth);
});

describe('the idempotency key of a purchase with two lines', () => {
  const order = async () => {
    const lines = [
      { productId: await shop.product(5), quantity: 1 },
      { productId: await shop.product(5), quantity: 2 },
    ] as const;
    return { ...lines[0], lines: [...lines], viewer: customer(), idempotencyKey: randomUUID() };
  };

  test('finds the same purchase for other letter case and another order of the lines, also simultaneously', async () => {
    const first = await order();
    const inCapitals = first.lines.map(({ productId, ...line }) => ({
      ...line,
      productId: productId.toUpperCase(),
    }));
    const repeats = [inCapitals, first.lines.toReversed(), inCapitals.toReversed(), first.lines];
    const made = await Promise.all(repeats.map((lines) => shop.buy({ ...first, lines })));
    const later = await Promise.all(repeats.map((lines) => shop.buy({ ...first, lines })));
    expect(new Set([...made, ...later].map(({ id }) => id)).size).toBe(1);
    expect(later[0].status).toBe('COMPLETED');
  });

  test('is refused for other quantities, other products, fewer lines and another card', async () => {
    const first = await order();
    const [one, two] = first.lines;
    await shop.buy(first);
    const swapped = first.lines.map(({ productId }, index) => ({ productId, quantity: 2 - index }));
    const otherProduct = { ...two, productId: await shop.product(5) };
    for (const lines of [swapped, [one, otherProduct], [one], [one, two, otherProduct]] as (typeof swapped)[])
      expect(await shop.refused({ ...first, lines })).toBe('IDEMPOTENCY_KEY_REUSED');
    const otherCard = { ...first, paymentToken: 'tok_decline' };
    expect(await shop.refused(otherCard)).toBe('IDEMPOTENCY_KEY_REUSED');
  });

  test.each(['lower', 'capital'])(
    'is recognised for a hash of version 0.1.0 over ids in %s letters',
    async (letters) => {
      const first = await order();
      const made = await shop.buy(first);
      const sent = first.lines.map(({ productId, quantity }) => ({
        productId: letters === 'capital' ? productId.toUpperCase() : productId,
        quantity,
      }));
      const text = JSON.stringify([
        sent.map(({ productId, quantity }) => [productId, quantity]),
        'tok_approve',
      ]);
      const hash = createHash('sha256').update(text).digest();
      await shop.purchases.sql('UPDATE purchases.purchase SET request_hash = $2 WHERE id = $1', [
        made.id,
        hash,
      ]);
      expect(await shop.buy({ ...first, lines: sent })).toEqual(made);
      const other = { ...first, lines: sent, paymentToken: 'tok_decline' };
      expect(await shop.refused(other)).toBe('IDEMPOTENCY_KEY_REUSED');
    },
  );
});

test('keeps the key of a declined purchase, and charges a new key', async () => {
  const order = { productId: await shop.product(5), viewer: customer(), idempotencyKey: randomUUID() };
  const declined = await shop.buy({ ...order, paymentToken: 'tok_decline' });
  expect(declined).toMatchObject({ status: 'CANCELLED', cancelReason: 'PAYMENT_DECLINED' });
  expect(await shop.buy({ ...order, paymentToken: 'tok_decline' })).toEqual(declined);
  expect(await shop.refused(order)).toBe('IDEMPOTENCY_KEY_REUSED');
  expect(await shop.buy({ ...order, idempotencyKey: randomUUID() })).toMatchObject({ status: 'COMPLETED' });
});

test('stores no payment token', async () => {
  const productId = await shop.product(5);
  const made = await shop.buy({ productId, paymentToken: 'tok_approve' });
  const [row] = await shop.purchases.sql('SELECT * FROM purchases.purchase WHERE id = $1', [made.id]);
  expect(JSON.stringify(row)).not.toContain('tok_approve');
});

test('runs three SQL statements of its own for a purchase', async () => {
  const productId = await shop.product(5);
  const before = shop.purchases.statements();
  await shop.buy({ productId });
  // One statement inserts the purchase, one confirms it, and one completes it.
  expect(shop.purchases.statements() - before).toBe(3);
});
