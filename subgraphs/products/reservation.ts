// The reservation table: what one purchase holds of the stock. A row is never deleted: one that is RELEASED and has no
// lines is the tombstone of a purchase that was given up before anything was held.
//
// The locks of reserve, commit and release, all of them single statements: first rows of product, in the order of their
// ids, then the one row of reservation. Every statement takes what it needs in this order, so none waits in a circle.
// Each carries its event too, once there are events: one more part of the statement, beside the one that moves the status.
import { EntitySchema } from 'typeorm';
import { type RowOf, text, timestamptz, uuid } from '../../platform/database/column.ts';
import { statement } from '../../platform/database/statement.ts';
import type { Context } from '../../platform/subgraph/context.ts';
import type { PurchaseId } from '../../platform/values/ids.ts';
import type { ReservedLine } from './reservation-line.ts';
import type { ReservationStatus } from './reservation-status.ts';

export interface ReservationRow extends RowOf<typeof reservationRow> {
  /** Where the statement that wrote the reservation answered them too. */
  lines?: ReservedLine[];
}

export const reservationRow = {
  purchase_id: uuid<PurchaseId>(),
  status: text<ReservationStatus>(),
  created_at: timestamptz(),
  /** Of one that is HELD: when it was last looked at for having expired. */
  updated_at: timestamptz(),
};

export const reservationTable = new EntitySchema<RowOf<typeof reservationRow>>({
  name: 'reservation',
  columns: {
    purchase_id: { type: 'uuid', primary: true, primaryKeyConstraintName: 'reservation_pkey' },
    status: { type: 'text' },
    created_at: { type: 'timestamptz', default: () => 'now()' },
    updated_at: { type: 'timestamptz', default: () => 'now()' },
  },
  indices: [{ name: 'reservation_created_at_idx', columns: ['created_at'], where: `"status" = 'HELD'` }],
  checks: [{ name: 'reservation_status_check', expression: `"status" IN ('HELD', 'COMMITTED', 'RELEASED')` }],
});

export const reservationStatement = statement({
  text: 'SELECT * FROM products.reservation WHERE purchase_id = $1',
  params: [uuid<PurchaseId>()],
  row: reservationRow,
});

/** The reservation of a purchase; there is one at most. */
export async function reservationOf(
  { db }: Pick<Context, 'db'>,
  purchaseId: PurchaseId,
): Promise<ReservationRow | null> {
  const [row] = await reservationStatement.run(db, [purchaseId]);
  return row ?? null;
}
