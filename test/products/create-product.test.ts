import { expect, test } from 'vitest';
import { anonymous } from '../../platform/identity/viewer.ts';
import { subgraphTest } from '../support/subgraph.ts';
import { customer, service, staff } from '../support/viewers.ts';
import { createProduct, eur, getCodes, product } from './catalogue.ts';

const products = subgraphTest('products');

test('puts a product on sale and returns it, trimmed and with the price in canonical form', async () => {
  const input = product({
    sku: ' PEN-1 ',
    name: ' Pen ',
    description: ' Writes.\nWell. ',
    price: eur('7.5'),
    stock: 3,
  });
  const { createProduct: created } = await products.data(createProduct, { input }, staff());
  expect(created).toEqual({
    id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-/),
    sku: 'PEN-1',
    name: 'Pen',
    description: 'Writes.\nWell.',
    price: eur('7.50'),
    stock: 3,
    createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    discontinuedAt: null,
  });
});

test.each([
  ['12.50', 'EUR', '12.50'],
  ['1250', 'JPY', '1250'],
  ['1.005', 'KWD', '1.005'],
  ['999999999999.99', 'EUR', '999999999999.99'],
])('keeps a price of %s %s exactly', async (amount, currency, shown) => {
  const input = product({ price: { amount, currency } });
  const { createProduct: created } = await products.data(createProduct, { input }, staff());
  expect(created.price).toEqual({ amount: shown, currency });
});

test('refuses a SKU that another product has', async () => {
  await products.data(createProduct, { input: product({ sku: 'ONE' }) }, staff());
  expect(await products.refusal(createProduct, { input: product({ sku: 'ONE' }) }, staff())).toBe(
    'SKU_IN_USE',
  );
});

test('accepts exactly one of eight simultaneous products with one SKU', async () => {
  const input = product({ sku: 'RACE' });
  const responses = await Promise.all(
    Array.from({ length: 8 }, () => products.graphql(createProduct, { input }, staff())),
  );
  expect(getCodes(responses).toSorted()).toEqual([...Array(7).fill('SKU_IN_USE'), 'done']);
});

test.each([
  ['SKU_INVALID', { sku: '' }],
  ['SKU_INVALID', { sku: 'pen' }],
  ['SKU_INVALID', { sku: '-PEN' }],
  ['SKU_INVALID', { sku: 'PEN\n1' }],
  ['SKU_INVALID', { sku: 'P'.repeat(41) }],
  ['NAME_INVALID', { name: '  ' }],
  ['NAME_INVALID', { name: 'x'.repeat(201) }],
  ['NAME_INVALID', { name: 'two\nlines' }],
  ['NAME_INVALID', { name: 'nul\u0000' }],
  ['DESCRIPTION_INVALID', { description: 'x'.repeat(5001) }],
  ['NAME_INVALID', { name: 'private\ue000' }],
  ['DESCRIPTION_INVALID', { description: 'nul\u0000' }],
  ['DESCRIPTION_INVALID', { description: 'blank\u2800' }],
  ['BAD_USER_INPUT', { price: eur('0') }],
  ['BAD_USER_INPUT', { price: eur('-1') }],
  ['BAD_USER_INPUT', { price: eur('1.005') }],
  ['BAD_USER_INPUT', { price: { amount: '1.5', currency: 'JPY' } }],
  ['BAD_USER_INPUT', { price: { amount: '1', currency: 'XXX' } }],
  ['BAD_USER_INPUT', { stock: -1 }],
  ['BAD_USER_INPUT', { stock: 1_000_001 }],
])('refuses with %s: %j', async (code, given) => {
  expect(await products.refusal(createProduct, { input: product(given) }, staff())).toBe(code);
});

test('accepts the longest SKU, name and description, and counts an emoji as one character', async () => {
  const input = product({ sku: 'P'.repeat(40), name: '🖋'.repeat(200), description: '🖋'.repeat(5000) });
  const { createProduct: created } = await products.data(createProduct, { input }, staff());
  expect(created).toMatchObject({ name: input.name, description: input.description });
});

test('is for staff only', async () => {
  const input = product();
  expect(await products.refusal(createProduct, { input }, anonymous)).toBe('UNAUTHENTICATED');
  expect(await products.refusal(createProduct, { input }, customer())).toBe('FORBIDDEN');
  expect(await products.refusal(createProduct, { input }, service('purchases'))).toBe('FORBIDDEN');
});
