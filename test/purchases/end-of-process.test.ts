// A purchase that is under way when its process is asked to end.
import { randomUUID } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import { customer } from '../support/viewers.ts';
import { shopTest } from './shop.ts';

const ending = new AbortController();
const shop = shopTest({ PURCHASES_WAIT_MS: '30000' }, ending.signal);
afterEach(shop.mend);

test('answers a slow purchase with its present status when the process is to end, and finishes it meanwhile', async () => {
  const order = { productId: await shop.product(5), viewer: customer(), idempotencyKey: randomUUID() };
  shop.delay('CreatePayment', 4_000);
  const calls = shop.getCallCount('CreatePayment');
  const bought = shop.buy(order);
  await expect.poll(() => shop.getCallCount('CreatePayment')).toBe(calls + 1);
  ending.abort();
  expect(await bought).toMatchObject({ status: 'STARTED', total: null });
  // A purchase that begins at the last moment gets an answer as well.
  shop.mend();
  expect(await shop.buy({ ...order, idempotencyKey: randomUUID() })).toMatchObject({ status: 'COMPLETED' });
});
