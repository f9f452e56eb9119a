// What one subgraph learns of another by its events, as clients notice it.
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Journey } from './journey.ts';

const purchase =
  'mutation ($input: PurchaseInput!) { purchase(input: $input) { status lines { name unitPrice { amount } } } }';
const discontinue = 'mutation ($id: ID!) { discontinue(id: $id) { id } }';
const changePrice = 'mutation ($id: ID!, $price: MoneyInput!) { changePrice(id: $id, price: $price) { id } }';

const order = (productId: string) => ({
  input: {
    lines: [{ productId, quantity: 1 }],
    paymentToken: 'tok_approve',
    idempotencyKey: randomUUID(),
  },
});

export const events: Journey = (world) => {
  test('purchases learns that a product is discontinued, and refuses it without asking anybody', async () => {
    const session = await world.customer();
    const productId = await world.product();
    await world.data(discontinue, { id: productId }, await world.staff());
    const readCopy = () =>
      world.sql('purchases', 'SELECT FROM purchases.discontinued_product WHERE product_id = $1', [productId]);
    await expect.poll(readCopy, { timeout: 20_000, interval: 20 }).toHaveLength(1);
    expect(await world.refusal(purchase, order(productId), session)).toBe('PRODUCT_DISCONTINUED');
    const made = await world.sql('purchases', 'SELECT FROM purchases.purchase WHERE account_id = $1', [
      session.accountId,
    ]);
    expect(made, 'nothing was recorded, and so nothing was asked').toEqual([]);
  });

  test('the names and prices in a purchase stay, whatever becomes of the product', async () => {
    const session = await world.customer();
    const productId = await world.product({ name: 'Kettle', price: '30.00' });
    const { purchase: made } = await world.data(purchase, order(productId), session);
    expect(made.status).toBe('COMPLETED');
    const staff = await world.staff();
    await world.data(changePrice, { id: productId, price: { amount: '31.00', currency: 'EUR' } }, staff);
    await world.data(discontinue, { id: productId }, staff);
    const { me } = await world.data(
      '{ me { purchases { edges { node { status lines { name unitPrice { amount } } } } } } }',
      {},
      session,
    );
    expect(me.purchases.edges.map(({ node }: { node: unknown }) => node)).toEqual([made]);
  });
};
