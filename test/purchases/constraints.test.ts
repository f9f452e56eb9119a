// Each named constraint of the tables holds, and reports itself under its name.
import { expect, test } from 'vitest';
import { newId } from '../../platform/values/uuid.ts';
import { subgraphTest } from '../support/subgraph.ts';

const purchases = subgraphTest('purchases');

const purchase = (changes: Record<string, unknown> = {}) => ({
  id: newId(),
  account_id: newId(),
  payment_id: newId(),
  idempotency_key: 'key',
  request_hash: Buffer.from(''),
  status: 'STARTED',
  ...changes,
});

async function insert(table: string, row: Record<string, unknown>): Promise<void> {
  const columns = Object.keys(row);
  const places = columns.map((_column, index) => `$${index + 1}`);
  await purchases.sql(
    `INSERT INTO purchases.${table} (${columns.join(', ')}) VALUES (${places.join(', ')})`,
    Object.values(row),
  );
}

async function violated(table: string, row: Record<string, unknown>): Promise<string | undefined> {
  return insert(table, row).then(
    () => undefined,
    (cause: { constraint?: string }) => cause.constraint,
  );
}

test.each([
  ['purchase_status_check', { status: 'LOST', cancel_reason: null }],
  ['purchase_cancel_reason_check', { status: 'CANCELLED' }],
  ['purchase_cancel_reason_check', { status: 'STARTED', cancel_reason: 'OUT_OF_STOCK' }],
  ['purchase_total_check', { status: 'CONFIRMED' }],
  ['purchase_total_check', { status: 'COMPLETED', total: '0', currency: 'EUR' }],
])('%s refuses %j', async (name, changes) => {
  expect(await violated('purchase', purchase(changes))).toBe(name);
});

test('one account uses an idempotency key once, another account may use it too', async () => {
  const first = purchase();
  await insert('purchase', first);
  expect(await violated('purchase', { ...first, id: newId() })).toBe('purchase_idempotency_key_key');
  expect(await violated('purchase', first)).toBe('purchase_pkey');
  await insert('purchase', purchase({ idempotency_key: first.idempotency_key }));
});

test('a line belongs to a purchase, has a product of its own there, and has a quantity and price within their limits', async () => {
  const { id, ...rest } = purchase();
  await insert('purchase', { id, ...rest });
  const line = { purchase_id: id, position: 1, product_id: newId(), quantity: 1 };
  await insert('purchase_line', line);
  expect(await violated('purchase_line', line)).toBe('purchase_line_pkey');
  expect(await violated('purchase_line', { ...line, position: 2 })).toBe('purchase_line_product_id_key');
  const other = { ...line, position: 3, product_id: newId() };
  expect(await violated('purchase_line', { ...other, quantity: 0 })).toBe('purchase_line_quantity_check');
  expect(await violated('purchase_line', { ...other, quantity: 1001 })).toBe('purchase_line_quantity_check');
  expect(await violated('purchase_line', { ...other, unit_price: '0' })).toBe(
    'purchase_line_unit_price_check',
  );
  expect(await violated('purchase_line', { ...other, purchase_id: newId() })).toBe(
    'purchase_line_purchase_id_fkey',
  );
});
