// What products publishes when staff change the catalogue, in the statement of the change.
import { afterEach, expect, test } from 'vitest';
import { subgraph } from '../../../subgraphs/products/index.ts';
import { checkEvents, eventsSql } from '../../platform/events/check-events.ts';
import { subgraphTest } from '../../support/subgraph.ts';
import { staff } from '../../support/viewers.ts';
import { changePrice, discontinue, eur, onSale } from '../catalogue.ts';

const products = subgraphTest('products');
afterEach(() => checkEvents(subgraph, products.urls().owner));

const readEvents = async (id: string) => {
  const rows = await products.sql(eventsSql('products'));
  return rows
    .filter(({ subject }) => subject === id)
    .map(({ type, version, data }) => ({ type, version, data }));
};

test('publishes each change of a product with the next version, and a repeat of discontinue not again', async () => {
  const { id } = await onSale(products, { price: eur('5.00') });
  await products.data(changePrice, { id, price: { amount: '6.5', currency: 'EUR' } }, staff());
  const before = products.statements();
  await products.data(discontinue, { id }, staff());
  await products.data(discontinue, { id }, staff());
  expect(products.statements() - before, 'an event costs no statement of its own').toBe(2);
  const [row] = await products.sql('SELECT sku, name, price FROM products.product WHERE id = $1', [id]);
  expect(await readEvents(id)).toEqual([
    {
      type: 'product.created',
      version: 1,
      data: { sku: row?.sku, name: row?.name, price: { amount: '5.000', currency: 'EUR' } },
    },
    {
      type: 'product.price-changed',
      version: 2,
      data: { price: { amount: row?.price, currency: 'EUR' } },
    },
    { type: 'product.discontinued', version: 3, data: { discontinuedAt: expect.any(String) } },
  ]);
});

test('opens no connection for followers, because products follows nobody', async () => {
  await products.data(discontinue, { id: (await onSale(products)).id }, staff());
  const names = await products.sql(
    'SELECT DISTINCT application_name FROM pg_stat_activity WHERE datname = current_database()',
  );
  expect(names.map(({ application_name }) => application_name)).not.toContain('tributary products followers');
});

test('publishes nothing for a change that is refused', async () => {
  const { id } = await onSale(products);
  await products.data(discontinue, { id }, staff());
  const published = await readEvents(id);
  expect(await products.refusal(changePrice, { id, price: eur('1.00') }, staff())).toBe(
    'PRODUCT_DISCONTINUED',
  );
  expect(await readEvents(id)).toEqual(published);
});

test('publishes each demo product once, however often the demo is written', async () => {
  await products.opened().demo();
  await products.opened().demo();
  const rows = await products.sql(
    `SELECT id FROM products.event WHERE type = 'product.created' AND data->>'sku' = 'PEN-FOUNTAIN-F'`,
  );
  expect(rows).toHaveLength(1);
});
