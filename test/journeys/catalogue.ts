// Staff change the catalogue; visitors and customers read it.
import { expect, test } from 'vitest';
import type { Journey } from './journey.ts';

export const catalogue: Journey = (world) => {
  test('shows a new product to a visitor, with exact money', async () => {
    const id = await world.product({ name: 'Sundial', price: '1234567.89', stock: 3 });
    const { product } = await world.data(
      'query ($id: ID!) { product(id: $id) { name stock price { amount currency } discontinuedAt } }',
      { id },
    );
    expect(product).toEqual({
      name: 'Sundial',
      stock: 3,
      price: { amount: '1234567.89', currency: 'EUR' },
      discontinuedAt: null,
    });
  });

  test('pages through the catalogue without losing or repeating a product', async () => {
    const made = [await world.product(), await world.product(), await world.product()];
    const page = `query ($after: String) { products(first: 2, after: $after) {
      edges { node { id } } pageInfo { hasNextPage endCursor } } }`;
    const seen: string[] = [];
    for (let after: string | null = null, more = true; more; ) {
      const { products } = await world.data(page, { after });
      seen.push(...products.edges.map(({ node }: { node: { id: string } }) => node.id));
      ({ hasNextPage: more, endCursor: after } = products.pageInfo);
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.filter((id) => made.includes(id))).toEqual(made.toReversed());
  });

  test('refuses catalogue changes to visitors and customers', async () => {
    const discontinue = 'mutation ($id: ID!) { discontinue(id: $id) { id } }';
    const id = await world.product();
    expect(await world.refusal(discontinue, { id })).toBe('UNAUTHENTICATED');
    expect(await world.refusal(discontinue, { id }, await world.customer())).toBe('FORBIDDEN');
    const { discontinue: product } = await world.data(discontinue, { id }, await world.staff());
    expect(product.id).toBe(id);
  });

  test.each(['1e21', '12.345', '-1.00', '0', ' 1', '1,5', 'NaN'])('refuses %j as a price', async (amount) => {
    const change = 'mutation ($id: ID!, $price: MoneyInput!) { changePrice(id: $id, price: $price) { id } }';
    const id = await world.product();
    expect(await world.refusal(change, { id, price: { amount, currency: 'EUR' } }, await world.staff())).toBe(
      'BAD_USER_INPUT',
    );
  });
};
