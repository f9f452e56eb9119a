// A customer buys: one mutation changes three databases, and one query reads from all four.
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Session } from '../support/world.ts';
import type { Journey } from './journey.ts';

const purchase = `mutation ($input: PurchaseInput!) {
  purchase(input: $input) { id status cancelReason total { amount currency } payment { id } }
}`;

interface Line {
  productId: string;
  quantity: number;
}

export const buy: Journey = (world) => {
  const order = (lines: Line[], paymentToken = 'tok_approve', idempotencyKey: string = randomUUID()) => ({
    input: { lines, paymentToken, idempotencyKey },
  });
  const readStock = async (id: string) =>
    (await world.data('query ($id: ID!) { product(id: $id) { stock } }', { id })).product.stock;
  const buyOne = async (session: Session, productId: string) =>
    (await world.data(purchase, order([{ productId, quantity: 1 }]), session)).purchase;

  test('completes a purchase, and one query reads it from all four databases', async () => {
    const session = await world.customer();
    const teapot = await world.product({ name: 'Teapot', price: '12.50', stock: 10 });
    const cup = await world.product({ name: 'Cup', price: '3.20', stock: 10 });
    const lines = [
      { productId: teapot, quantity: 2 },
      { productId: cup, quantity: 3 },
    ];
    const { purchase: made } = await world.data(purchase, order(lines), session);
    const { me } = await world.data(
      `{ me { name purchases(first: 20) { edges { node {
           id status total { amount currency } buyer { name }
           lines { quantity name unitPrice { amount } product { name stock price { amount currency } } }
           payment { status amount { amount currency } purchase { id } account { id } }
         } } }
         payments { edges { node { status refunded { amount } } } } } }`,
      {},
      session,
    );
    expect(me).toEqual({
      name: 'Ada Lovelace',
      purchases: {
        edges: [
          {
            node: {
              id: made.id,
              status: 'COMPLETED',
              total: { amount: '34.60', currency: 'EUR' },
              buyer: { name: 'Ada Lovelace' },
              lines: [
                {
                  quantity: 2,
                  name: 'Teapot',
                  unitPrice: { amount: '12.50' },
                  product: { name: 'Teapot', stock: 8, price: { amount: '12.50', currency: 'EUR' } },
                },
                {
                  quantity: 3,
                  name: 'Cup',
                  unitPrice: { amount: '3.20' },
                  product: { name: 'Cup', stock: 7, price: { amount: '3.20', currency: 'EUR' } },
                },
              ],
              payment: {
                status: 'CAPTURED',
                amount: { amount: '34.60', currency: 'EUR' },
                purchase: { id: made.id },
                account: { id: session.accountId },
              },
            },
          },
        ],
      },
      payments: { edges: [{ node: { status: 'CAPTURED', refunded: { amount: '0.00' } } }] },
    });
  });

  test('keeps the names and prices of a purchase when the catalogue changes afterwards', async () => {
    const session = await world.customer();
    const productId = await world.product({ price: '5.00' });
    const { id } = await buyOne(session, productId);
    await world.data(
      'mutation ($id: ID!) { changePrice(id: $id, price: { amount: "9.00", currency: "EUR" }) { id } }',
      { id: productId },
      await world.staff(),
    );
    const { purchase: kept } = await world.data(
      'query ($id: ID!) { purchase(id: $id) { total { amount } lines { unitPrice { amount } product { price { amount } } } } }',
      { id },
      session,
    );
    expect(kept).toEqual({
      total: { amount: '5.00' },
      lines: [{ unitPrice: { amount: '5.00' }, product: { price: { amount: '9.00' } } }],
    });
  });

  test('cancels a declined purchase, charges nothing and releases the stock', async () => {
    const session = await world.customer();
    const productId = await world.product({ stock: 4 });
    const { purchase: made } = await world.data(
      purchase,
      order([{ productId, quantity: 4 }], 'tok_decline'),
      session,
    );
    expect(made).toMatchObject({ status: 'CANCELLED', cancelReason: 'PAYMENT_DECLINED', total: null });
    expect(await readStock(productId)).toBe(4);
  });

  test('cancels a purchase with a line out of stock, and reserves none of its other lines', async () => {
    const session = await world.customer();
    const plenty = await world.product({ stock: 5 });
    const scarce = await world.product({ stock: 1 });
    const lines = [
      { productId: plenty, quantity: 1 },
      { productId: scarce, quantity: 2 },
    ];
    const { purchase: made } = await world.data(purchase, order(lines), session);
    expect(made).toMatchObject({ status: 'CANCELLED', cancelReason: 'OUT_OF_STOCK', payment: null });
    expect([await readStock(plenty), await readStock(scarce)]).toEqual([5, 1]);
  });

  test('sells the last item to exactly one of six concurrent buyers', async () => {
    const productId = await world.product({ stock: 1 });
    const sessions = await Promise.all(Array.from({ length: 6 }, () => world.customer()));
    const made = await Promise.all(sessions.map((session) => buyOne(session, productId)));
    const statuses = made.map(({ status, cancelReason }) => cancelReason ?? status).toSorted();
    expect(statuses).toEqual(['COMPLETED', ...Array(5).fill('OUT_OF_STOCK')]);
    expect(await readStock(productId)).toBe(0);
  });

  test('returns the same purchase for the same idempotency key, sequentially and in parallel', async () => {
    const session = await world.customer();
    const productId = await world.product({ stock: 9 });
    const variables = order([{ productId, quantity: 2 }]);
    const together = await Promise.all(
      Array.from({ length: 4 }, () => world.data(purchase, variables, session)),
    );
    const later = await world.data(purchase, variables, session);
    expect(new Set([...together, later].map(({ purchase: { id } }) => id)).size).toBe(1);
    expect(later.purchase.status).toBe('COMPLETED');
    expect(await readStock(productId)).toBe(7);
    const { me } = await world.data('{ me { payments { edges { node { status } } } } }', {}, session);
    expect(me.payments.edges).toEqual([{ node: { status: 'CAPTURED' } }]);
  });

  test('refuses an idempotency key that the account used for another purchase, but lets another account use it', async () => {
    const productId = await world.product();
    const [ada, grace] = [await world.customer(), await world.customer()];
    const key = randomUUID();
    await world.data(purchase, order([{ productId, quantity: 1 }], 'tok_approve', key), ada);
    const other = order([{ productId, quantity: 2 }], 'tok_approve', key);
    expect(await world.refusal(purchase, other, ada)).toBe('IDEMPOTENCY_KEY_REUSED');
    expect((await world.data(purchase, other, grace)).purchase.status).toBe('COMPLETED');
  });

  test('refuses invalid input with a code before it reserves anything', async () => {
    const session = await world.customer();
    const productId = await world.product({ stock: 5 });
    const yen = await world.product({ price: '1250', currency: 'JPY' });
    const gone = await world.product();
    await world.data(
      'mutation ($id: ID!) { discontinue(id: $id) { id } }',
      { id: gone },
      await world.staff(),
    );
    const one = (id: string, quantity = 1) => ({ productId: id, quantity });
    const cases: [Line[], string][] = [
      [[], 'NO_LINES'],
      [Array.from({ length: 101 }, () => one(randomUUID())), 'TOO_MANY_LINES'],
      [Array.from({ length: 10_000 }, () => one(randomUUID())), 'PAYLOAD_TOO_LARGE'],
      [[one(productId, 0)], 'QUANTITY_INVALID'],
      [[one(productId, -1)], 'QUANTITY_INVALID'],
      [[one(productId, 1001)], 'QUANTITY_INVALID'],
      [[one(productId), one(productId)], 'DUPLICATE_PRODUCT'],
      [[one('no such product')], 'PRODUCT_NOT_FOUND'],
      [[one(productId), one(randomUUID())], 'PRODUCT_NOT_FOUND'],
      [[one(productId), one(gone)], 'PRODUCT_DISCONTINUED'],
      [[one(productId), one(yen)], 'MIXED_CURRENCIES'],
    ];
    for (const [lines, code] of cases) {
      expect(await world.refusal(purchase, order(lines), session), JSON.stringify(lines).slice(0, 80)).toBe(
        code,
      );
    }
    const [line] = [one(productId)];
    expect(await world.refusal(purchase, order([line], ''), session)).toBe('PAYMENT_TOKEN_INVALID');
    expect(await world.refusal(purchase, order([line], 'tok_approve', ''), session)).toBe(
      'IDEMPOTENCY_KEY_INVALID',
    );
    expect(await world.refusal(purchase, order([line]))).toBe('UNAUTHENTICATED');
    expect(await readStock(productId)).toBe(5);
  });

  test('lets staff refund a completed purchase, and the buyer sees the refund', async () => {
    const session = await world.customer();
    const made = await buyOne(session, await world.product({ price: '20.00' }));
    const paymentsQuery = '{ me { payments { edges { node { id status refunded { amount } } } } } }';
    const { me } = await world.data(paymentsQuery, {}, session);
    const refund = 'mutation ($input: RefundPaymentInput!) { refundPayment(input: $input) { status } }';
    const input = {
      paymentId: me.payments.edges[0].node.id,
      amount: { amount: '7.50', currency: 'EUR' },
      reason: 'a chip in the glaze',
      idempotencyKey: made.id,
    };
    expect(await world.refusal(refund, { input }, session)).toBe('FORBIDDEN');
    expect(await world.data(refund, { input }, await world.staff())).toEqual({
      refundPayment: { status: 'PARTIALLY_REFUNDED' },
    });
    expect((await world.data(paymentsQuery, {}, session)).me.payments.edges[0].node.refunded).toEqual({
      amount: '7.50',
    });
  });
};
