import { expect, test } from 'vitest';
import { anonymous } from '../../platform/identity/viewer.ts';
import { newId } from '../../platform/values/uuid.ts';
import { subgraphTest } from '../support/subgraph.ts';
import { customer, staff } from '../support/viewers.ts';
import { changePrice, discontinue, eur, onSale } from './catalogue.ts';

const products = subgraphTest('products');

test('sets the price, also in another currency, with one statement', async () => {
  const { id } = await onSale(products);
  const before = products.statements();
  const price = { amount: '2000', currency: 'JPY' };
  expect(await products.data(changePrice, { id, price }, staff())).toEqual({ changePrice: { id, price } });
  expect(products.statements() - before).toBe(1);
});

test('refuses a price that is not above zero or too precise, and changes nothing', async () => {
  const { id } = await onSale(products, { price: eur('5.00') });
  for (const amount of ['0', '-1', '1.001']) {
    expect(await products.refusal(changePrice, { id, price: eur(amount) }, staff())).toBe('BAD_USER_INPUT');
  }
  const { product } = await products.data('query ($id: ID!) { product(id: $id) { price { amount } } }', {
    id,
  });
  expect(product.price.amount).toBe('5.00');
});

test('refuses a product that does not exist or is no longer sold', async () => {
  const price = eur('1.00');
  expect(await products.refusal(changePrice, { id: newId(), price }, staff())).toBe('PRODUCT_NOT_FOUND');
  expect(await products.refusal(changePrice, { id: 'nonsense', price }, staff())).toBe('PRODUCT_NOT_FOUND');
  const { id } = await onSale(products);
  await products.data(discontinue, { id }, staff());
  expect(await products.refusal(changePrice, { id, price }, staff())).toBe('PRODUCT_DISCONTINUED');
});

test('is for staff only', async () => {
  const { id } = await onSale(products);
  expect(await products.refusal(changePrice, { id, price: eur('1.00') }, anonymous)).toBe('UNAUTHENTICATED');
  expect(await products.refusal(changePrice, { id, price: eur('1.00') }, customer())).toBe('FORBIDDEN');
});
