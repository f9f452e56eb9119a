// commitStock: what a purchase holds is sold. The units left `stock` when they were held: only the status moves.
import { array, text, uuid } from '../../platform/database/column.ts';
import { changeStatement } from '../../platform/database/statement.ts';
import type { Context } from '../../platform/subgraph/context.ts';
import { isPurchaseId, type PurchaseId, type Unparsed } from '../../platform/values/ids.ts';
import { refuse } from './errors.ts';
import { type ReservationRow, reservationOf, reservationRow } from './reservation.ts';
import { type ReservationStatus, sourcesOf } from './reservation-status.ts';

/** The event that tells of it will join this statement. */
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
  const [[committed]] = await commitStockStatement.run(ctx.db, [purchaseId, sourcesOf('COMMITTED')]);
  if (committed !== undefined) return committed;
  const reservation = await reservationOf(ctx, purchaseId);
  if (reservation === null) throw refuse('RESERVATION_NOT_FOUND');
  if (reservation.status === 'RELEASED') throw refuse('RESERVATION_RELEASED');
  // Still HELD: the reserve came to its end between our two statements. Seen once, it is seen by the next attempt.
  return reservation.status === 'HELD' ? commitStock(ctx, purchaseId) : reservation;
}
