// commitStock: sells the units that a purchase holds. They were subtracted from `stock` when they were reserved, so only the
// status of the reservation changes.
import { array, text, uuid } from '../../platform/database/column.ts';
import { changeStatement } from '../../platform/database/statement.ts';
import type { Context } from '../../platform/subgraph/context.ts';
import { isPurchaseId, type PurchaseId, type Unparsed } from '../../platform/values/ids.ts';
import { refuse } from './errors.ts';
import { type ReservationRow, reservationByPurchase, reservationRow } from './reservation.ts';
import { getSourceStatuses, type ReservationStatus } from './reservation-status.ts';

/** The event of this change will be inserted by the same statement. */
export const commitStockStatement = changeStatement({
  text: `UPDATE products.reservation SET status = 'COMMITTED', updated_at = now()
     WHERE purchase_id = $1 AND status = ANY($2) RETURNING *`,
  params: [uuid<PurchaseId>(), array(text<ReservationStatus>())],
  row: reservationRow,
});

/** Refusals: RESERVATION_NOT_FOUND, RESERVATION_RELEASED. */
export async function commitStock(
  ctx: Pick<Context, 'db'>,
  purchaseId: Unparsed<PurchaseId>,
): Promise<ReservationRow> {
  if (!isPurchaseId(purchaseId)) throw refuse('RESERVATION_NOT_FOUND');
  const [[committed]] = await commitStockStatement.run(ctx.db, [purchaseId, getSourceStatuses('COMMITTED')]);
  if (committed !== undefined) return committed;
  const reservation = await reservationByPurchase(ctx, purchaseId);
  if (reservation === null) throw refuse('RESERVATION_NOT_FOUND');
  if (reservation.status === 'RELEASED') throw refuse('RESERVATION_RELEASED');
  // Still HELD: the reservation was committed to the database between the two statements. The next attempt sees it.
  return reservation.status === 'HELD' ? commitStock(ctx, purchaseId) : reservation;
}
