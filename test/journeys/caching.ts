// The gateway caches pages of the catalogue for all viewers, and never serves a cached page after its price or stock changed.
import { expect, test } from 'vitest';
import type { Journey } from './journey.ts';

const page = 'query ($id: ID!) { product(id: $id) { name price { amount } } }';
const changePrice = 'mutation ($id: ID!, $price: MoneyInput!) { changePrice(id: $id, price: $price) { id } }';

export const caching: Journey = (world) => {
  const isCached = async (id: string): Promise<boolean> => {
    const response = await fetch(world.url(), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: page, variables: { id } }),
    });
    await response.arrayBuffer();
    expect(response.headers.get('cache-control')).toBe('public, max-age=30');
    return response.headers.get('age') !== null;
  };

  test('caches the page of a product, and shows a new price to every viewer as soon as it is set', async () => {
    const id = await world.product({ price: '12.50' });
    await expect.poll(() => isCached(id), { timeout: 5_000 }).toBe(true);
    await world.data(changePrice, { id, price: { amount: '9.90', currency: 'EUR' } }, await world.staff());
    for (const session of [undefined, await world.customer(), await world.staff()]) {
      const { product } = await world.data(page, { id }, session);
      expect(product.price).toEqual({ amount: '9.90' });
    }
  });
};
