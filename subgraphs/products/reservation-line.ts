// The reservation_line table. Lines are written in the same statement as their reservation and never change. So a reader of a
// reservation sees all of its lines, and a repeated reserveStock returns the first names and prices.
import { EntitySchema } from 'typeorm';
import {
  array,
  integer,
  numeric,
  type RowOf,
  smallint,
  text,
  timestamptz,
  uuid,
} from '../../platform/database/column.ts';
import { statement } from '../../platform/database/statement.ts';
import { batchReads } from '../../platform/reads/batch.ts';
import type { ProductId, PurchaseId } from '../../platform/values/ids.ts';

export type ReservationLineRow = RowOf<typeof reservationLineRow>;

const reservationLineRow = {
  purchase_id: uuid<PurchaseId>(),
  product_id: uuid<ProductId>(),
  position: smallint(),
  name: text(),
  /** numeric(15,3) as text: read it with fromNumeric. */
  unit_price: numeric(),
  currency: text(),
  quantity: integer(),
  created_at: timestamptz(),
  updated_at: timestamptz(),
};

/** A line as resolvers show it: without its position. */
export type ReservedLine = Pick<
  ReservationLineRow,
  'product_id' | 'name' | 'unit_price' | 'currency' | 'quantity'
>;

export const reservationLineTable = new EntitySchema<ReservationLineRow>({
  name: 'reservation_line',
  columns: {
    purchase_id: { type: 'uuid', primary: true, primaryKeyConstraintName: 'reservation_line_pkey' },
    product_id: { type: 'uuid', primary: true, primaryKeyConstraintName: 'reservation_line_pkey' },
    position: { type: 'smallint' },
    name: { type: 'text' },
    unit_price: { type: 'numeric', precision: 15, scale: 3 },
    currency: { type: 'text' },
    quantity: { type: 'integer' },
    created_at: { type: 'timestamptz', default: () => 'now()' },
    updated_at: { type: 'timestamptz', default: () => 'now()' },
  },
  foreignKeys: [
    {
      name: 'reservation_line_purchase_id_fkey',
      target: 'reservation',
      columnNames: ['purchase_id'],
      referencedColumnNames: ['purchase_id'],
    },
    {
      name: 'reservation_line_product_id_fkey',
      target: 'product',
      columnNames: ['product_id'],
      referencedColumnNames: ['id'],
    },
  ],
  checks: [
    { name: 'reservation_line_unit_price_check', expression: '"unit_price" > 0' },
    { name: 'reservation_line_currency_check', expression: `"currency" ~ '^[A-Z]{3}$'` },
    { name: 'reservation_line_quantity_check', expression: '"quantity" BETWEEN 1 AND 1000' },
  ],
});

export const reservedLinesStatement = statement({
  text: 'SELECT * FROM products.reservation_line WHERE purchase_id = ANY($1) ORDER BY position',
  params: [array(uuid<PurchaseId>())],
  row: reservationLineRow,
});

/** Reads the lines of a purchase's reservation, in the order of the request, with one statement for a whole plan node. */
export const reservedLinesByPurchase = batchReads<PurchaseId, ReservedLine[]>(async ({ db }, purchaseIds) => {
  const rows = await reservedLinesStatement.run(db, [purchaseIds]);
  const byPurchase = Map.groupBy(rows, ({ purchase_id }) => purchase_id);
  return purchaseIds.map((id) => byPurchase.get(id) ?? []);
});
