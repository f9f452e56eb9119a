// Moves of the purchase row: each is one compare-and-swap, allowed by the table in purchase-status.ts, and answers the
// status that is in the row afterwards: ours, or the one another runner had set before us.
import type { Context } from '../../platform/context.ts';
import type { Money } from '../../platform/money.ts';
import { type CancelReason, type PurchaseStatus, transitions } from './purchase-status.ts';
import type { ReservedLine } from './stock.ts';

export interface Transition {
  /** STARTED → CONFIRMED, with names and prices copied into the lines: the point of no return. */
  confirm: (id: string, lines: readonly ReservedLine[], total: Money) => Promise<PurchaseStatus>;
  beginToCancel: (id: string, reason: CancelReason) => Promise<PurchaseStatus>;
  complete: (id: string) => Promise<PurchaseStatus>;
  cancel: (id: string) => Promise<PurchaseStatus>;
  /** CANCELLING → CONFIRMED, for money that turned out to be captured. */
  resume: (id: string) => Promise<PurchaseStatus>;
}

export function transitionsOf({ db }: Pick<Context, 'db'>): Transition {
  /** `assignments` may use $1 (id), $2 (from), $3 (to) and, from $4 on, `values`. */
  const move = async (
    id: string,
    from: PurchaseStatus,
    to: PurchaseStatus,
    assignments = '',
    values: unknown[] = [],
  ) => {
    if (!transitions[from].includes(to)) throw new Error(`a purchase never goes from ${from} to ${to}`);
    const [[moved]] = await db.query(
      `UPDATE purchases.purchase SET status = $3, updated_at = now()${assignments}
       WHERE id = $1 AND status = $2 RETURNING status`,
      [id, from, to, ...values],
    );
    return moved === undefined ? statusOf(id) : (moved.status as PurchaseStatus);
  };
  const statusOf = async (id: string): Promise<PurchaseStatus> => {
    const [row] = await db.query('SELECT status FROM purchases.purchase WHERE id = $1', [id]);
    return row.status;
  };
  return {
    confirm: async (id, lines, total) => {
      const [confirmed] = await db.query(
        `WITH confirmed AS (
           UPDATE purchases.purchase SET status = 'CONFIRMED', total = $2, currency = $3, updated_at = now()
           WHERE id = $1 AND status = 'STARTED' RETURNING id, status
         ), copied AS (
           UPDATE purchases.purchase_line l SET name = r.name, unit_price = r.unit_price, updated_at = now()
           FROM confirmed, unnest($4::uuid[], $5::text[], $6::numeric[]) AS r (product_id, name, unit_price)
           WHERE l.purchase_id = confirmed.id AND l.product_id = r.product_id
         )
         SELECT status FROM confirmed`,
        [
          id,
          total.amount,
          total.currency,
          lines.map(({ productId }) => productId),
          lines.map(({ name }) => name),
          lines.map(({ unitPrice }) => unitPrice.amount),
        ],
      );
      return confirmed === undefined ? statusOf(id) : confirmed.status;
    },
    beginToCancel: (id, reason) => move(id, 'STARTED', 'CANCELLING', ', cancel_reason = $4', [reason]),
    complete: (id) => move(id, 'CONFIRMED', 'COMPLETED'),
    cancel: (id) => move(id, 'CANCELLING', 'CANCELLED'),
    resume: (id) => move(id, 'CANCELLING', 'CONFIRMED', ', cancel_reason = NULL'),
  };
}
