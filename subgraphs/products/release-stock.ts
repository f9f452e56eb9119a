// releaseStock: what a purchase holds can be bought again, or a tombstone keeps a late reserve out. Exactly one release
// gives units back, however many arrive at once: the one that moves the status.
import { publishChangeAfter } from '../../platform/changes/change-hub.ts';
import { array, text, uuid } from '../../platform/database/column.ts';
import { statement } from '../../platform/database/statement.ts';
import type { Context } from '../../platform/subgraph/context.ts';
import { isPurchaseId, type PurchaseId, type Unparsed } from '../../platform/values/ids.ts';
import { badInput } from '../../platform/values/refusal.ts';
import { refuse } from './errors.ts';
import { type ReservationRow, reservationOf, reservationRow } from './reservation.ts';
import { type ReservationStatus, sourcesOf } from './reservation-status.ts';

/** Refusals: RESERVATION_COMMITTED, BAD_USER_INPUT. */
export async function releaseStock(
  ctx: Pick<Context, 'db' | 'publishChange'>,
  purchaseId: Unparsed<PurchaseId>,
): Promise<ReservationRow> {
  if (!isPurchaseId(purchaseId)) throw badInput('purchaseId', 'must be a UUID');
  // What was sold out may be there again.
  const [released] = await publishChangeAfter(ctx, () =>
    releaseStatement.run(ctx.db, [purchaseId, sourcesOf('RELEASED')]),
  );
  if (released !== undefined) return released;
  const reservation = await reservationOf(ctx, purchaseId);
  if (reservation === null)
    throw new Error(`the reservation of purchase ${purchaseId} was in the way, and is not there`);
  if (reservation.status === 'COMMITTED') throw refuse('RESERVATION_COMMITTED');
  // Still HELD: the case explained below. The next attempt begins after that commit and sees the lines.
  return reservation.status === 'HELD' ? releaseStock(ctx, purchaseId) : reservation;
}

/**
 * One statement, one snapshot. When the reserve commits after the snapshot was taken, the conflict finds its row all the
 * same (ON CONFLICT looks past the snapshot), but `line` does not find its lines: RELEASED would be written and nothing
 * given back. So a status is moved only when lines were seen; a HELD reservation always has some.
 * The event that tells of it will be one more part beside `given_back`, with a row only when `released` has one.
 * `locked` stands before the insert, whose only row comes from it: products are locked first (see reservation.ts).
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
