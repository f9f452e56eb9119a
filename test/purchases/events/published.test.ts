// What purchases publishes when a purchase ends, in the statement that ends it.
import { randomUUID } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import { subgraph } from '../../../subgraphs/purchases/index.ts';
import { checkEvents, eventsSql } from '../../platform/events/check-events.ts';
import { shopTest } from '../shop.ts';

const shop = shopTest({ PURCHASES_WAIT_MS: '5000', PURCHASES_SWEEP_MS: '200' });
afterEach(async () => {
  shop.mend();
  await checkEvents(subgraph, shop.purchases.urls().owner);
});

const readEvents = async (id: unknown) => {
  const rows = await shop.purchases.sql(eventsSql('purchases'));
  return rows.filter(({ subject }) => subject === id);
};

test('publishes the completion of a purchase once, with what was bought, and not again for a repeat', async () => {
  const order = { productId: await shop.product(5), quantity: 2, idempotencyKey: randomUUID() };
  const { id, payment } = await shop.buy(order);
  await shop.buy(order);
  const [line] = await shop.purchases.sql(
    'SELECT name, unit_price FROM purchases.purchase_line WHERE purchase_id = $1',
    [id],
  );
  const [total] = await shop.purchases.sql('SELECT total, currency FROM purchases.purchase WHERE id = $1', [
    id,
  ]);
  expect(await readEvents(id)).toEqual([
    {
      type: 'purchase.completed',
      subject: id,
      version: 1,
      traceparent: expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/),
      data: {
        accountId: expect.any(String),
        paymentId: payment.id,
        total: { amount: total?.total, currency: total?.currency },
        lines: [
          {
            productId: order.productId,
            quantity: 2,
            name: line?.name,
            unitPrice: { amount: line?.unit_price, currency: total?.currency },
          },
        ],
      },
    },
  ]);
});

test('publishes the cancellation of a purchase once, with its reason', async () => {
  const { id } = await shop.buy({ productId: await shop.product(5), paymentToken: 'tok_decline' });
  expect(await readEvents(id)).toMatchObject([
    { type: 'purchase.cancelled', version: 1, data: { reason: 'PAYMENT_DECLINED' } },
  ]);
});

test('publishes nothing while a purchase has not ended', async () => {
  shop.cut('CapturePayment', 'unheard', Number.POSITIVE_INFINITY);
  const { id } = await shop.buy({ productId: await shop.product(5) });
  expect(await readEvents(id)).toEqual([]);
});
