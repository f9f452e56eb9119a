// releaseStock: gives the units that a purchase holds back to the stock. A purchase that holds none gets a tombstone, so that a
// late reserveStock is refused. Of several simultaneous releases, only the one that changes the status gives units back.
import { publishChangeAfter } from '../../platform/changes/change-hub.ts';
import { array, text, uuid } from '../../platform/database/column.ts';
import { statement } from '../../platform/database/statement.ts';
import type { Context } from '../../platform/subgraph/context.ts';
import { isPurchaseId, type PurchaseId, type Unparsed } from '../../platform/values/ids.ts';
import { badInput } from '../../platform/values/refusal.ts';
import { refuse } from './errors.ts';
import { type ReservationRow, reservationByPurchase, reservationRow } from './reservation.ts';
import { getSourceStatuses, type ReservationStatus } from './reservation-status.ts';

/** Refusals: RESERVATION_COMMITTED, BAD_USER_INPUT. */
export async function releaseStock(
  ctx: Pick<Context, 'db' | 'publishChange'>,
  purchaseId: Unparsed<PurchaseId>,
): Promise<ReservationRow> {
  if (!isPurchaseId(purchaseId)) throw badInput('purchaseId', 'must be a UUID');
  // A product that was sold out may be in stock again.
  const [released] = await publishChangeAfter(ctx, () =>
    releaseStatement.run(ctx.db, [purchaseId, getSourceStatuses('RELEASED')]),
  );
  if (released !== undefined) return released;
  const reservation = await reservationByPurchase(ctx, purchaseId);
  if (reservation === null)
    throw new Error(`the reservation of purchase ${purchaseId} existed a moment ago and is gone`);
  if (reservation.status === 'COMMITTED') throw refuse('RESERVATION_COMMITTED');
  // Still HELD: releaseStatement explains this case. The next attempt starts after that commit and sees the lines.
  return reservation.status === 'HELD' ? releaseStock(ctx, purchaseId) : reservation;
}

/**
 * One statement with one snapshot. When a reserveStock commits after the snapshot was taken, ON CONFLICT finds its row all the
 * same, because it looks past the snapshot. But `line` does not find the lines, so that RELEASED would be written and no unit
 * given back. So the status changes only when lines were seen: a HELD reservation always has some.
 * The event of this change will be one more part beside `given_back`, with a row only when `released` has one.
 * `locked` comes before the insert, whose only row depends on it: products are locked first (see reservation.ts).
 */
export const releaseStatement = statement({
  text: `
  WITH line AS MATERIALIZED (
    SELECT product_id, quantity FROM products.reservation_line WHERE purchase_id = $1
  ), locked AS MATERIALIZED (
    SELECT count(*) AS products FROM (
      SELECT id FROM products.product WHERE id IN (SELECT product_id FROM line) ORDER BY id FOR NO KEY UPDATE
    ) AS product
  ), released AS (
    INSERT INTO products.reservation AS reservation (purchase_id, status)
    SELECT $1, 'RELEASED' FROM locked WHERE products >= 0
    ON CONFLICT (purchase_id) DO UPDATE SET status = 'RELEASED', updated_at = now()
    WHERE reservation.status = ANY($2) AND (SELECT products FROM locked) > 0
    RETURNING *
  ), given_back AS (
    UPDATE products.product SET stock = stock + line.quantity, updated_at = now()
    FROM line, released WHERE product.id = line.product_id
  )
  SELECT * FROM released`,
  params: [uuid<PurchaseId>(), array(text<ReservationStatus>())],
  row: reservationRow,
});
