import { expect, test } from 'vitest';
import { anonymous } from '../../platform/identity/viewer.ts';
import { newId } from '../../platform/values/uuid.ts';
import { subgraphTest } from '../support/subgraph.ts';
import { customer, service, staff } from '../support/viewers.ts';
import {
  changePrice,
  commitStock,
  discontinue,
  eur,
  getStock,
  onSale,
  purchases,
  releaseStock,
  reserveStock,
} from './catalogue.ts';

const products = subgraphTest('products');

const reserve = (purchaseId: string, ...lines: [productId: string, quantity: number][]) => ({
  input: { purchaseId, lines: lines.map(([productId, quantity]) => ({ productId, quantity })) },
});

test('reserves all lines, in the given order, with names and prices', async () => {
  const pen = await onSale(products, { name: 'Pen', price: eur('64.00'), stock: 5 });
  const ink = await onSale(products, { name: 'Ink', price: eur('12.50'), stock: 7 });
  const purchaseId = newId();
  const before = products.statements();
  const response = await products.data(
    reserveStock,
    reserve(purchaseId, [ink.id, 3], [pen.id, 5]),
    purchases,
  );
  expect(products.statements() - before).toBe(1);
  expect(response.reserveStock).toEqual({
    purchaseId,
    status: 'HELD',
    lines: [
      { productId: ink.id, name: 'Ink', unitPrice: eur('12.50'), quantity: 3 },
      { productId: pen.id, name: 'Pen', unitPrice: eur('64.00'), quantity: 5 },
    ],
  });
  expect([await getStock(products, pen.id), await getStock(products, ink.id)]).toEqual([0, 4]);
});

test('answers a repeat with the first reservation, in any order of the lines and after any change of the product', async () => {
  const pen = await onSale(products, { price: eur('64.00'), stock: 2 });
  const ink = await onSale(products, { stock: 2 });
  const purchaseId = newId();
  const first = await products.data(reserveStock, reserve(purchaseId, [pen.id, 2], [ink.id, 1]), purchases);
  await products.data(changePrice, { id: pen.id, price: eur('99.00') }, staff());
  await products.sql(`UPDATE products.product SET name = 'Renamed' WHERE id = $1`, [pen.id]);
  await products.data(discontinue, { id: pen.id }, staff());
  const upper = reserve(purchaseId.toUpperCase(), [ink.id, 1], [pen.id.toUpperCase(), 2]);
  expect(await products.data(reserveStock, upper, purchases)).toEqual(first);
  expect([await getStock(products, pen.id), await getStock(products, ink.id)]).toEqual([0, 1]);
});

test('answers a repeat after the commit with the sold reservation', async () => {
  const pen = await onSale(products, { stock: 1 });
  const purchaseId = newId();
  const { reserveStock: first } = await products.data(
    reserveStock,
    reserve(purchaseId, [pen.id, 1]),
    purchases,
  );
  await products.data(commitStock, { purchaseId }, purchases);
  const repeat = await products.data(reserveStock, reserve(purchaseId, [pen.id, 1]), purchases);
  expect(repeat.reserveStock).toEqual({ ...first, status: 'COMMITTED' });
  expect(await getStock(products, pen.id)).toBe(0);
});

test('costs a purchase two statements: one to reserve, which returns the whole reservation, and one to commit', async () => {
  const pen = await onSale(products);
  const purchaseId = newId();
  const status = 'mutation ($purchaseId: ID!) { commitStock(purchaseId: $purchaseId) { status } }';
  const before = products.statements();
  await products.data(reserveStock, reserve(purchaseId, [pen.id, 1]), purchases);
  await products.data(status, { purchaseId }, purchases);
  expect(products.statements() - before).toBe(2);
});

test('answers the first call from the rows that it wrote, with the same lines as a later read', async () => {
  const pen = await onSale(products, { name: 'Pen', price: eur('64.00') });
  const yen = { amount: '1250', currency: 'JPY' };
  const ink = await onSale(products, { name: 'Ink', price: yen });
  for (const [product, quantity] of [
    [pen, 2],
    [ink, 3],
  ] as const) {
    const purchaseId = newId();
    const { reserveStock: first } = await products.data(
      reserveStock,
      reserve(purchaseId, [product.id, quantity]),
      purchases,
    );
    const { commitStock: read } = await products.data(commitStock, { purchaseId }, purchases);
    expect(read).toEqual({ ...first, status: 'COMMITTED' });
  }
});

test('refuses other lines for the same purchase', async () => {
  const [pen, ink] = [await onSale(products), await onSale(products)];
  const purchaseId = newId();
  await products.data(reserveStock, reserve(purchaseId, [pen.id, 2]), purchases);
  const others: [string, number][][] = [
    [[pen.id, 1]],
    [[ink.id, 2]],
    [
      [pen.id, 2],
      [ink.id, 1],
    ],
  ];
  for (const lines of others) {
    expect(await products.refusal(reserveStock, reserve(purchaseId, ...lines), purchases)).toBe(
      'RESERVATION_CONFLICT',
    );
  }
  expect([await getStock(products, pen.id), await getStock(products, ink.id)]).toEqual([8, 10]);
});

test('reserves nothing when one line is refused, and names the first such product', async () => {
  const plenty = await onSale(products, { stock: 10 });
  const scarce = await onSale(products, { stock: 1 });
  const gone = await onSale(products, { stock: 10 });
  await products.data(discontinue, { id: gone.id }, staff());
  const cases = [
    ['OUT_OF_STOCK', scarce.id],
    ['PRODUCT_DISCONTINUED', gone.id],
    ['PRODUCT_NOT_FOUND', newId()],
    ['PRODUCT_NOT_FOUND', 'nonsense'],
  ] as const;
  for (const [code, productId] of cases) {
    const lines = reserve(newId(), [plenty.id, 1], [productId, 2], [newId(), 1]);
    const { data, errors } = await products.graphql(reserveStock, lines, purchases);
    expect(data).toEqual({ reserveStock: null });
    expect(errors?.map(({ extensions }) => extensions)).toEqual([{ code, productId }]);
  }
  expect([await getStock(products, plenty.id), await getStock(products, scarce.id)]).toEqual([10, 1]);
});

test('can be called again after a refusal, which wrote nothing', async () => {
  const pen = await onSale(products, { stock: 1 });
  const purchaseId = newId();
  expect(await products.refusal(reserveStock, reserve(purchaseId, [pen.id, 2]), purchases)).toBe(
    'OUT_OF_STOCK',
  );
  await products.data(reserveStock, reserve(purchaseId, [pen.id, 1]), purchases);
});

test('refuses lines in two currencies', async () => {
  const euro = await onSale(products);
  const yen = await onSale(products, { price: { amount: '1250', currency: 'JPY' } });
  const lines = reserve(newId(), [euro.id, 1], [yen.id, 1]);
  expect(await products.refusal(reserveStock, lines, purchases)).toBe('MIXED_CURRENCIES');
  expect([await getStock(products, euro.id), await getStock(products, yen.id)]).toEqual([10, 10]);
});

test('refuses a purchase whose reservation was released, whether it had held units or not', async () => {
  const pen = await onSale(products);
  const [held, never] = [newId(), newId()];
  await products.data(reserveStock, reserve(held, [pen.id, 1]), purchases);
  for (const purchaseId of [held, never]) {
    await products.data(releaseStock, { purchaseId }, purchases);
    const lines = reserve(purchaseId, [pen.id, 1]);
    expect(await products.refusal(reserveStock, lines, purchases)).toBe('RESERVATION_RELEASED');
  }
  expect(await getStock(products, pen.id)).toBe(10);
});

test('accepts 100 lines of 1000 units with as many statements as one line, and refuses malformed lines', async () => {
  const many = await products.sql(
    `INSERT INTO products.product (id, sku, name, description, price, currency, stock)
     SELECT gen_random_uuid(), 'MANY-' || n, 'Pen', '', 1, 'EUR', 1000 FROM generate_series(1, 101) n RETURNING id`,
  );
  const lines = many.map(({ id }): [string, number] => [id, 1000]);
  const before = products.statements();
  const response = await products.data(reserveStock, reserve(newId(), ...lines.slice(0, 100)), purchases);
  expect(products.statements() - before).toBe(1);
  expect(response.reserveStock.lines).toHaveLength(100);
  const pen = await onSale(products);
  const malformed = [
    reserve(newId()),
    reserve(newId(), ...lines),
    reserve(newId(), [pen.id, 0]),
    reserve(newId(), [pen.id, 1001]),
    reserve(newId(), [pen.id, 1], [pen.id.toUpperCase(), 1]),
    reserve('nonsense', [pen.id, 1]),
  ];
  for (const input of malformed) {
    expect(await products.refusal(reserveStock, input, purchases)).toBe('BAD_USER_INPUT');
  }
});

test('is for purchases only', async () => {
  const lines = reserve(newId(), [newId(), 1]);
  expect(await products.refusal(reserveStock, lines, anonymous)).toBe('UNAUTHENTICATED');
  for (const viewer of [customer(), staff(), service('payments'), service('gateway')]) {
    expect(await products.refusal(reserveStock, lines, viewer)).toBe('FORBIDDEN');
  }
});
