// The reservation_line table. Lines are written once, in the statement that writes their reservation, and never changed:
// who sees a reservation sees all of its lines, and a repeat answers names and prices as they were.
import { EntitySchema } from 'typeorm';
import { batched } from '../../platform/reads/batch.ts';

export interface ReservationLineRow {
  purchase_id: string;
  product_id: string;
  position: number;
  name: string;
  /** numeric(15,3) as text: read it with fromNumeric. */
  unit_price: string;
  currency: string;
  quantity: number;
  created_at: Date;
  updated_at: Date;
}

/** What of a line is asked for: everything but its place. */
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

/** Lines of a purchase's reservation, in the order they were asked for; one statement for a whole plan node. */
export const reservedLinesOf = batched<string, ReservedLine[]>(async ({ db }, purchaseIds) => {
  const rows: ReservationLineRow[] = await db.query(
    'SELECT * FROM products.reservation_line WHERE purchase_id = ANY($1) ORDER BY position',
    [purchaseIds],
  );
  const byPurchase = Map.groupBy(rows, ({ purchase_id }) => purchase_id);
  return purchaseIds.map((id) => byPurchase.get(id) ?? []);
});
