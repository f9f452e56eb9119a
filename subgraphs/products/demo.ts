// A catalogue of twelve products for a first look. It is written once, and later changes by staff stay.
import { publishChangeAfter } from '../../platform/changes/change-hub.ts';
import { jsonb } from '../../platform/database/column.ts';
import { statement } from '../../platform/database/statement.ts';
import type { Context } from '../../platform/subgraph/context.ts';
import { insertCreated } from './events/product-created.ts';

/** A UUIDv7 of 5 January 2026, 09:00 UTC. Its last digits are the place in the catalogue, so that all machines use the same ids. */
const idPrefix = '019b8d62-7a80-7000-8000-0000000000';

/** Prices in EUR. */
const catalogue = [
  {
    sku: 'PEN-FOUNTAIN-F',
    name: 'Fountain pen, fine nib',
    price: '64.00',
    stock: 85,
    description: 'Brass barrel that ages with its owner, steel nib, takes cartridges and a converter.',
  },
  {
    sku: 'INK-RIVER-50',
    name: 'River blue ink, 50 ml',
    price: '12.50',
    stock: 240,
    description: 'A calm blue with a green sheen. Washes out of clothes, not out of letters.',
  },
  {
    sku: 'NOTEBOOK-A5-DOT',
    name: 'Dotted notebook, A5',
    price: '18.90',
    stock: 320,
    description: '192 numbered pages of 100 g paper, thread-sewn, so that it lies flat from the first day.',
  },
  {
    sku: 'NOTEBOOK-A6-PLAIN',
    name: 'Pocket notebook, A6',
    price: '9.90',
    stock: 500,
    description: '96 plain pages and a cover that survives back pockets and rain.',
  },
  {
    sku: 'PAPER-LETTER-50',
    name: 'Letter paper, 50 sheets',
    price: '14.00',
    stock: 180,
    description: 'Laid cotton paper with a deckle edge. Ink dries fast and does not feather.',
  },
  {
    sku: 'ENVELOPE-C6-25',
    name: 'Lined envelopes, 25 pieces',
    price: '8.50',
    stock: 260,
    description: 'C6, gummed by hand, lined with the chart of a different river on each.',
  },
  {
    sku: 'PENCIL-HB-12',
    name: 'Cedar pencils, box of 12',
    price: '15.00',
    stock: 150,
    description: 'HB, round, unvarnished. They smell as pencils did.',
  },
  {
    sku: 'SHARPENER-BRASS',
    name: 'Brass sharpener',
    price: '11.00',
    stock: 95,
    description: 'Two blades, one for long points and one for drawing. Spare blades are in the lid.',
  },
  {
    sku: 'CASE-CANVAS',
    name: 'Waxed canvas pencil case',
    price: '29.50',
    stock: 60,
    description: 'Holds twelve pencils and one secret. Sewn from sailcloth offcuts.',
  },
  {
    sku: 'LAMP-DESK-OAK',
    name: 'Oak desk lamp',
    price: '139.00',
    stock: 12,
    description: 'Warm, dimmable light on a jointed arm of oiled oak. Two-metre textile cable.',
  },
  {
    sku: 'GLOBE-RIVERS-30',
    name: 'Globe of rivers, 30 cm',
    price: '249.00',
    stock: 3,
    description: 'Shows no borders, only every river longer than 500 km. Made to order, a few at a time.',
  },
  {
    sku: 'CALENDAR-TIDES',
    name: 'Tide calendar',
    price: '22.00',
    stock: 0,
    description: 'A wall calendar of the tides, one sheet a week. Sold out until the next printing.',
  },
];

export const insertDemoStatement = statement({
  text: `
  WITH created AS (
    INSERT INTO products.product (id, sku, name, description, price, currency, stock, version)
    SELECT id, sku, name, description, price, 'EUR', stock, 1
    FROM jsonb_to_recordset($1) AS demo (id uuid, sku text, name text, description text, price numeric, stock integer)
    ON CONFLICT DO NOTHING RETURNING *
  ) ${insertCreated('created')}`,
  params: [jsonb()],
});

export async function writeDemoProducts(ctx: Pick<Context, 'db' | 'publishChange'>): Promise<void> {
  const products = catalogue.map((product, place) => ({
    ...product,
    id: `${idPrefix}${String(place + 1).padStart(2, '0')}`,
  }));
  const values = JSON.stringify(products);
  await publishChangeAfter(ctx, () => insertDemoStatement.run(ctx.db, [values]));
}
