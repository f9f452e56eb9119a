// The transitions of a purchase row. Each is one compare-and-swap that purchase-status.ts allows. It returns the status of the row
// afterwards: the new one, or the one that another run has written before. No other file changes the status of a purchase, and the
// statement that ends a purchase publishes the event of that as well.
import { formatTraceparent } from '../../platform/calls/trace.ts';
import { publishChangeAfter } from '../../platform/changes/change-hub.ts';
import { array, nullable, numeric, text, uuid } from '../../platform/database/column.ts';
import { statement } from '../../platform/database/statement.ts';
import { insertEvent, moneySql } from '../../platform/events/insert-event.ts';
import type { Context } from '../../platform/subgraph/context.ts';
import type { ProductId, PurchaseId } from '../../platform/values/ids.ts';
import type { Money } from '../../platform/values/money.ts';
import { purchaseCancelled } from './events/purchase-cancelled.ts';
import { purchaseCompleted } from './events/purchase-completed.ts';
import { type PurchaseRow, purchaseColumns, purchaseRow, readPurchase } from './purchase.ts';
import { type CancelReason, type PurchaseStatus, transitions } from './purchase-status.ts';
import type { ReservedLine } from './stock.ts';

export interface Transitions {
  /** STARTED → CONFIRMED. Names and prices are copied into the lines. */
  confirm: (id: PurchaseId, lines: readonly ReservedLine[], total: Money) => Promise<PurchaseStatus>;
  beginToCancel: (id: PurchaseId, reason: CancelReason) => Promise<PurchaseStatus>;
  /** CONFIRMED → CANCELLING, when the hold on the card is gone before it was captured. */
  giveUp: (id: PurchaseId, reason: CancelReason) => Promise<PurchaseStatus>;
  complete: (id: PurchaseId) => Promise<PurchaseStatus>;
  cancel: (id: PurchaseId) => Promise<PurchaseStatus>;
  /** CANCELLING → CONFIRMED, when the payment was found to be captured. It needs names and prices, as `confirm` may not have run. */
  resume: (id: PurchaseId, lines: readonly ReservedLine[], total: Money) => Promise<PurchaseStatus>;
}

export function bindTransitions(
  { db, log, publishChange }: Pick<Context, 'db' | 'log' | 'publishChange'>,
  traceId: string,
  onMoved: (row: PurchaseRow) => void = () => {},
): Transitions {
  /** Returns the status after the transition. `rows` is empty when another run changed the status before this one. */
  const after = async (id: PurchaseId, rows: readonly PurchaseRow[]): Promise<PurchaseStatus> => {
    const row = rows[0] ?? (await readPurchase({ db }, id));
    onMoved(row);
    return row.status;
  };
  const move = async (
    id: PurchaseId,
    from: PurchaseStatus,
    to: PurchaseStatus,
    reason: CancelReason | null,
  ) => {
    if (!transitions[from].includes(to)) throw new Error(`a purchase never goes from ${from} to ${to}`);
    const rows = await publishChangeAfter({ publishChange }, () =>
      movePurchaseStatement.run(db, [id, from, to, reason, formatTraceparent(traceId)]),
    );
    return { status: await after(id, rows), hasMoved: rows.length > 0 };
  };
  const confirmFrom = async (
    id: PurchaseId,
    from: PurchaseStatus,
    lines: readonly ReservedLine[],
    total: Money,
  ) => {
    const rows = await confirmPurchaseStatement.run(db, [
      id,
      total.amount,
      total.currency,
      lines.map(({ productId }) => productId),
      lines.map(({ name }) => name),
      lines.map(({ unitPrice }) => unitPrice.amount),
      from,
    ]);
    return rows.length === 0 ? after(id, []) : ('CONFIRMED' as const);
  };
  return {
    confirm: (id, lines, total) => confirmFrom(id, 'STARTED', lines, total),
    resume: (id, lines, total) => confirmFrom(id, 'CANCELLING', lines, total),
    beginToCancel: async (id, reason) => (await move(id, 'STARTED', 'CANCELLING', reason)).status,
    giveUp: async (id, reason) => {
      const { status, hasMoved } = await move(id, 'CONFIRMED', 'CANCELLING', reason);
      // The buyer may have been told that the purchase is confirmed, so an operator should know. Only one run moves the row.
      if (hasMoved) log.warn({ purchase: id, reason }, 'a confirmed purchase is given up');
      return status;
    },
    complete: async (id) => (await move(id, 'CONFIRMED', 'COMPLETED', null)).status,
    cancel: async (id) => (await move(id, 'CANCELLING', 'CANCELLED', null)).status,
  };
}

const endedPurchase = { from: 'moved', subject: 'id', version: 'version', traceparent: '$5' };

/** The two statuses in which a purchase ends are published. A purchase has one event, and so version 1, unless a type is added. */
export const movePurchaseStatement = statement({
  text: `
  WITH moved AS (
    UPDATE purchases.purchase p SET status = $3, cancel_reason = coalesce($4, cancel_reason), updated_at = now(),
      version = version + CASE WHEN $3 IN ('COMPLETED', 'CANCELLED') THEN 1 ELSE 0 END
    WHERE id = $1 AND status = $2 RETURNING ${purchaseColumns}, version
  ), completed AS (${insertEvent('purchases', purchaseCompleted, {
    ...endedPurchase,
    where: `status = 'COMPLETED'`,
    data: {
      accountId: 'account_id',
      paymentId: 'payment_id',
      total: moneySql('total', 'currency'),
      lines: `(SELECT jsonb_agg(jsonb_build_object('productId', line->'product_id', 'quantity', line->'quantity',
        'name', line->'name', 'unitPrice', ${moneySql(`(line->>'unit_price')`, `(line->>'currency')`)}))
        FROM json_array_elements(lines) AS line)`,
    },
  })}
  ), cancelled AS (${insertEvent('purchases', purchaseCancelled, {
    ...endedPurchase,
    where: `status = 'CANCELLED'`,
    data: { accountId: 'account_id', paymentId: 'payment_id', reason: 'cancel_reason' },
  })}
  )
  SELECT id, account_id, payment_id, status, cancel_reason, total, currency, owner, created_at, updated_at, lines FROM moved`,
  params: [
    uuid<PurchaseId>(),
    text<PurchaseStatus>(),
    text<PurchaseStatus>(),
    nullable(text<CancelReason>()),
    text(),
  ],
  row: purchaseRow,
});

export const confirmPurchaseStatement = statement({
  text: `
  WITH confirmed AS (
    UPDATE purchases.purchase SET status = 'CONFIRMED', cancel_reason = NULL, total = $2, currency = $3, updated_at = now()
    WHERE id = $1 AND status = $7 RETURNING id, status
  ), copied AS (
    UPDATE purchases.purchase_line l SET name = r.name, unit_price = r.unit_price, updated_at = now()
    FROM confirmed, unnest($4::uuid[], $5::text[], $6::numeric[]) AS r (product_id, name, unit_price)
    WHERE l.purchase_id = confirmed.id AND l.product_id = r.product_id
  )
  SELECT status FROM confirmed`,
  params: [
    uuid<PurchaseId>(),
    numeric(),
    text(),
    array(uuid<ProductId>()),
    array(text()),
    array(numeric()),
    text<PurchaseStatus>(),
  ],
  row: { status: text<PurchaseStatus>() },
});
