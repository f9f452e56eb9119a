// Violates each constraint of the tables by its name, as the runtime role. The constraints hold even where the code has a gap.
import { beforeAll, expect, test } from 'vitest';
import { newId } from '../../platform/values/uuid.ts';
import { subgraphTest } from '../support/subgraph.ts';

const products = subgraphTest('products');
const [product, other, purchase] = [newId(), newId(), newId()];

const productRow = {
  id: product,
  sku: 'SKU',
  name: 'Pen',
  description: '',
  price: '1',
  currency: 'EUR',
  stock: 0,
};
const otherRow = { ...productRow, id: other, sku: 'OTHER' };
const lineRow = {
  purchase_id: purchase,
  product_id: product,
  position: 1,
  name: 'Pen',
  unit_price: '1',
  currency: 'EUR',
  quantity: 1,
};

function insert(table: string, row: Record<string, unknown>) {
  const columns = Object.keys(row);
  const places = columns.map((_, place) => `$${place + 1}`).join(', ');
  return products.sqlAsRuntime(
    `INSERT INTO products.${table} (${columns.join(', ')}) VALUES (${places})`,
    Object.values(row),
  );
}

beforeAll(async () => {
  await insert('product', productRow);
  await insert('product', otherRow);
  await insert('reservation', { purchase_id: purchase, status: 'HELD' });
  await insert('reservation_line', lineRow);
});

const fresh = () => ({ ...otherRow, id: newId(), sku: 'FRESH' });
const event = { type: 'product.created', subject: product, version: 0, data: '{}' };
const line = { ...lineRow, product_id: other };

const violations: [constraint: string, table: string, row: Record<string, unknown>][] = [
  ['event_version_check', 'event', event],
  ['product_pkey', 'product', { ...fresh(), id: product }],
  ['product_sku_key', 'product', { ...fresh(), sku: 'SKU' }],
  ['product_sku_check', 'product', { ...fresh(), sku: 'lower' }],
  ['product_sku_check', 'product', { ...fresh(), sku: 'NEWLINE\n' }],
  ['product_name_check', 'product', { ...fresh(), name: '' }],
  ['product_name_check', 'product', { ...fresh(), name: 'x'.repeat(201) }],
  ['product_description_check', 'product', { ...fresh(), description: 'x'.repeat(5001) }],
  ['product_price_check', 'product', { ...fresh(), price: '0' }],
  ['product_currency_check', 'product', { ...fresh(), currency: 'eur' }],
  ['product_stock_check', 'product', { ...fresh(), stock: -1 }],
  ['reservation_pkey', 'reservation', { purchase_id: purchase, status: 'HELD' }],
  ['reservation_status_check', 'reservation', { purchase_id: newId(), status: 'LOST' }],
  ['reservation_line_pkey', 'reservation_line', lineRow],
  ['reservation_line_purchase_id_fkey', 'reservation_line', { ...line, purchase_id: newId() }],
  ['reservation_line_product_id_fkey', 'reservation_line', { ...line, product_id: newId() }],
  ['reservation_line_unit_price_check', 'reservation_line', { ...line, unit_price: '0' }],
  ['reservation_line_currency_check', 'reservation_line', { ...line, currency: 'EURO' }],
  ['reservation_line_quantity_check', 'reservation_line', { ...line, quantity: 0 }],
  ['reservation_line_quantity_check', 'reservation_line', { ...line, quantity: 1001 }],
];

test.each(violations)('%s holds for a row of %s', async (constraint, table, row) => {
  await expect(insert(table, row)).rejects.toMatchObject({ constraint });
});

test('violates every constraint of the tables', async () => {
  const rows = await products.sql(
    `SELECT DISTINCT conname FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
     WHERE k.connamespace = 'products'::regnamespace AND contype <> 'n' AND c.relname NOT IN ('migration', 'instance_code')`,
  );
  const provoked = new Set(violations.map(([constraint]) => constraint));
  expect(rows.map(({ conname }) => conname).toSorted()).toEqual([...provoked].toSorted());
});

test('a stock never falls below zero', async () => {
  const sql = 'UPDATE products.product SET stock = stock - 1 WHERE id = $1';
  await expect(products.sqlAsRuntime(sql, [product])).rejects.toMatchObject({
    constraint: 'product_stock_check',
  });
});
