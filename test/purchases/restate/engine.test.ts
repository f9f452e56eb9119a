// Purchases on the real Restate, with the real products and payments. Calls between them can be lost. Crashes: crash.test.ts.
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { customer } from '../../support/viewers.ts';
import { refusal, shopTest } from '../shop.ts';
import { isRestateInstalled, startRestate } from './server.ts';

if (!isRestateInstalled) {
  process.stderr.write(
    'Purchases on Restate are not tested: install it with "npm ci --prefix deploy/restate".\n',
  );
}

describe.skipIf(!isRestateInstalled)('on Restate', async () => {
  if (!isRestateInstalled) return;
  const restate = await startRestate();
  // Registered first, so that it ends last: purchases is closed before its engine's server.
  afterAll(restate.remove);
  const shop = shopTest({ ...restate.settings, PURCHASES_WAIT_MS: '8000', PURCHASES_SWEEP_MS: '200' });
  afterEach(shop.mend);

  const completed = { purchase: 'COMPLETED', reservation: 'COMMITTED', stock: 3, payment: 'CAPTURED' };
  const cancelled = { purchase: 'CANCELLED', reservation: 'RELEASED', stock: 5 };
  const statusOf = async (id: string) => {
    const [row] = await shop.purchases.sql('SELECT status FROM purchases.purchase WHERE id = $1', [id]);
    return row?.status;
  };

  test('completes a purchase, and returns the same one for the same key, also in parallel', async () => {
    const productId = await shop.product(5);
    const order = { productId, quantity: 2, viewer: customer(), idempotencyKey: randomUUID() };
    const made = await Promise.all([shop.buy(order), shop.buy(order), shop.buy(order)]);
    expect(made[0]).toMatchObject({
      status: 'COMPLETED',
      cancelReason: null,
      total: { amount: '25.00', currency: 'EUR' },
    });
    expect(made[1]).toEqual(made[0]);
    expect(made[2]).toEqual(made[0]);
    expect(await shop.buy(order)).toEqual(made[0]);
    expect(await shop.truth(made[0].id, productId)).toEqual(completed);
  });

  test('cancels a purchase whose card is declined, and gives the stock back', async () => {
    const productId = await shop.product(5);
    const made = await shop.buy({ productId, quantity: 2, paymentToken: 'tok_decline' });
    expect(made).toMatchObject({ status: 'CANCELLED', cancelReason: 'PAYMENT_DECLINED' });
    expect(await shop.truth(made.id, productId)).toEqual({ ...cancelled, payment: 'DECLINED' });
  });

  test('gives a confirmed purchase up when the hold on its card is gone, and no other refusal of its capture does', async () => {
    const productId = await shop.product(5);
    const order = { productId, quantity: 2, viewer: customer(), idempotencyKey: randomUUID() };
    const lapsed = await shop.buy({ ...order, paymentToken: 'tok_lapse' });
    expect(lapsed).toMatchObject({ status: 'CANCELLED', cancelReason: 'PAYMENT_LAPSED' });
    expect(await shop.truth(lapsed.id, productId)).toEqual({ ...cancelled, payment: 'EXPIRED' });
    shop.intercept('CapturePayment', 1, () => refusal('FORBIDDEN'));
    const { id } = await shop.buy({ ...order, idempotencyKey: randomUUID() });
    await expect.poll(() => statusOf(id), { timeout: 10_000 }).toBe('COMPLETED');
    expect(await shop.truth(id, productId)).toEqual(completed);
  });

  test('completes a purchase whose capture was called refused', async () => {
    const productId = await shop.product(5);
    shop.intercept('CapturePayment', 1, async (execute) => {
      await execute();
      return refusal('PAYMENT_HOLD_GONE');
    });
    const made = await shop.buy({ productId, quantity: 2 });
    expect(made).toMatchObject({ status: 'COMPLETED', cancelReason: null });
    expect(await shop.truth(made.id, productId)).toEqual(completed);
  });

  test('refuses a product that does not exist, at every repeat', async () => {
    const order = { productId: randomUUID(), viewer: customer(), idempotencyKey: randomUUID() };
    expect(await shop.refused(order)).toBe('PRODUCT_NOT_FOUND');
    expect(await shop.refused(order)).toBe('PRODUCT_NOT_FOUND');
  });

  test.each(['ReserveStock', 'CreatePayment', 'CapturePayment', 'CommitStock'] as const)(
    'completes although the response to %s is lost twice',
    async (operation) => {
      const productId = await shop.product(5);
      shop.cut(operation, 'unanswered', 2);
      const made = await shop.buy({ productId, quantity: 2 });
      expect(made).toMatchObject({ status: 'COMPLETED' });
      expect(await shop.truth(made.id, productId)).toEqual(completed);
    },
  );

  test('cancels when products cannot be reached, since the buyer waits', async () => {
    const productId = await shop.product(5);
    shop.cut('ReserveStock', 'unheard', 1_000);
    const made = await shop.buy({ productId, quantity: 2 });
    expect(made).toMatchObject({ status: 'CANCELLED', cancelReason: 'UNAVAILABLE' });
    expect(await shop.truth(made.id, productId)).toEqual({ ...cancelled, payment: 'VOIDED' });
  });

  test('repeats a step until it succeeds once the purchase is confirmed', async () => {
    const productId = await shop.product(5);
    shop.cut('CapturePayment', 'unheard', 6);
    const { id } = await shop.buy({ productId, quantity: 2 });
    await expect.poll(() => statusOf(id), { timeout: 20_000 }).toBe('COMPLETED');
    expect(await shop.truth(id, productId)).toEqual(completed);
  });

  test('finds a purchase that Restate does not know, and cancels it, because its card token is lost', async () => {
    const productId = await shop.product(5);
    const id = randomUUID();
    await shop.purchases.sql(
      `WITH p AS (INSERT INTO purchases.purchase
         (id, account_id, payment_id, idempotency_key, request_hash, status, resume_at)
         VALUES ($1, $2, $3, 'key', '', 'STARTED', now() - interval '1 minute') RETURNING id)
       INSERT INTO purchases.purchase_line (purchase_id, position, product_id, quantity) SELECT id, 1, $4, 2 FROM p`,
      [id, randomUUID(), randomUUID(), productId],
    );
    await expect.poll(() => statusOf(id), { timeout: 10_000 }).toBe('CANCELLED');
    expect(await shop.truth(id, productId)).toEqual({ ...cancelled, payment: 'VOIDED' });
  });

  test('keeps neither the card token nor a journal in Restate once the purchase has ended', async () => {
    const ask = async (query: string): Promise<unknown[]> => {
      const response = await fetch(`${restate.adminUrl}/query`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json' },
        body: JSON.stringify({ query }),
      });
      const { rows } = (await response.json()) as { rows: unknown[] };
      return rows;
    };
    const productId = await shop.product(5);
    shop.delay('CreatePayment', 1_500);
    const buying = shop.buy({ productId, quantity: 2 });
    const entries = 'SELECT * FROM sys_journal';
    await expect.poll(async () => (await ask(entries)).length, { timeout: 5_000 }).toBeGreaterThan(0);
    // Restate returns payloads in hexadecimal.
    const journal = JSON.stringify(await ask(entries));
    expect(journal).toContain(Buffer.from('sealedToken').toString('hex'));
    expect(journal).not.toContain(Buffer.from('tok_approve').toString('hex'));
    await buying;
    await expect.poll(async () => (await ask(entries)).length, { timeout: 5_000 }).toBe(0);
  });
});
