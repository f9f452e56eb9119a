// The reservation table: the units that a purchase holds. Retention deletes a row long after its purchase has ended. A row that is RELEASED
// and has no lines is a tombstone: its purchase was given up before any unit was held.
//
// reserveStock, commitStock and releaseStock are one statement each, and lock in the same order: first the rows of product, in
// the order of their ids, then the one row of reservation. So they cannot deadlock. The event of a change will be one more part
// of the same statement.
import { EntitySchema } from 'typeorm';
import { integer, type RowOf, text, timestamptz, uuid } from '../../platform/database/column.ts';
import { type DeleteBatch, maxRowsDeleted } from '../../platform/database/retention.ts';
import { changeStatement, statement } from '../../platform/database/statement.ts';
import type { Context } from '../../platform/subgraph/context.ts';
import type { PurchaseId } from '../../platform/values/ids.ts';
import type { ReservedLine } from './reservation-line.ts';
import type { ReservationStatus } from './reservation-status.ts';

export interface ReservationRow extends RowOf<typeof reservationRow> {
  /** Set when the statement that wrote the reservation has returned its lines as well. */
  lines?: ReservedLine[];
}

export const reservationRow = {
  purchase_id: uuid<PurchaseId>(),
  status: text<ReservationStatus>(),
  created_at: timestamptz(),
  /** For a HELD reservation: when it was last claimed by expire-reservations.ts. */
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
  indices: [
    { name: 'reservation_created_at_idx', columns: ['created_at'], where: `"status" = 'HELD'` },
    { name: 'reservation_ended_idx', columns: ['updated_at'], where: `"status" <> 'HELD'` },
  ],
  checks: [{ name: 'reservation_status_check', expression: `"status" IN ('HELD', 'COMMITTED', 'RELEASED')` }],
});

export const reservationStatement = statement({
  text: 'SELECT * FROM products.reservation WHERE purchase_id = $1',
  params: [uuid<PurchaseId>()],
  row: reservationRow,
});

/** Reads the reservation of a purchase. A purchase has at most one. */
export async function reservationByPurchase(
  { db }: Pick<Context, 'db'>,
  purchaseId: PurchaseId,
): Promise<ReservationRow | null> {
  const [row] = await reservationStatement.run(db, [purchaseId]);
  return row ?? null;
}

export const deleteEndedReservationsStatement = changeStatement({
  text: `WITH ended AS MATERIALIZED (
      SELECT purchase_id FROM products.reservation
      WHERE status <> 'HELD' AND updated_at < now() - make_interval(days => $1)
      ORDER BY updated_at LIMIT ${maxRowsDeleted} FOR UPDATE SKIP LOCKED
    ), lines AS (
      DELETE FROM products.reservation_line USING ended WHERE reservation_line.purchase_id = ended.purchase_id
    )
    DELETE FROM products.reservation USING ended WHERE reservation.purchase_id = ended.purchase_id`,
  params: [integer()],
});

/**
 * Deletes reservations that were sold or released so many days ago, with their lines and tombstones. Only a purchase that still runs asks
 * for its reservation, so that the days are many more than a purchase can take.
 */
export function deleteEndedReservations(days: number): DeleteBatch {
  return async (db) => {
    const [, deleted] = await deleteEndedReservationsStatement.run(db, [days]);
    return deleted;
  };
}
