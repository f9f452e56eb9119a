// A payment that its purchase has given up: the purchase was told that nothing is held, and released its stock. A provider may
// capture it in spite of that. The amount is then given back with a refund of its own, which the sweeper makes at the provider.
import type { EntityManager } from 'typeorm';
import { array, numeric, text, uuid } from '../../../platform/database/column.ts';
import { changeStatement, statement } from '../../../platform/database/statement.ts';
import type { Context } from '../../../platform/subgraph/context.ts';
import { newRefundId, type PaymentId, type RefundId } from '../../../platform/values/ids.ts';
import { fromMinorUnits } from '../../../platform/values/money.ts';
import { countLeft } from '../ledger/movement.ts';
import { type PaymentRow, type PaymentTableRow, paymentByPurchase, paymentTableRow } from '../payment.ts';
import { isHoldGone, type PaymentStatus, paymentStatuses } from '../payment-status.ts';
import type { RefundRow } from '../refund.ts';
import type { RefundSource } from '../resolvers.generated.ts';

/** The reason of the refund. The account that paid can read it. */
export const giveBackReason = 'Captured after the purchase was cancelled.';
/** Its idempotency key: a payment is given back once. */
const giveBackKey = 'captured after it was given up';

/** A refund of staff could have the key of a give-back, but not by accident its reason too. */
export function getRefundSource(refund: RefundRow): RefundSource {
  if (refund.provider_reference !== null) return 'PROVIDER';
  const isGiveBack = refund.idempotency_key === giveBackKey && refund.reason === giveBackReason;
  return isGiveBack ? 'AUTOMATIC' : 'STAFF';
}

/** Repeats change nothing that a reader sees: `updated_at` stays. */
export const giveUpStatement = changeStatement({
  text: 'UPDATE payments.payment SET is_given_up = true WHERE id = $1 AND status = ANY($2) RETURNING *',
  params: [uuid<PaymentId>(), array(text<PaymentStatus>())],
  row: paymentTableRow,
});

/** Marks a payment whose hold is gone. Returns it as it is then: the provider may have captured it at the same moment. */
export async function giveUp({ db }: Pick<Context, 'db'>, payment: PaymentRow): Promise<PaymentTableRow> {
  const [[marked]] = await giveUpStatement.run(db, [payment.id, paymentStatuses.filter(isHoldGone)]);
  const current = marked ?? (await paymentByPurchase({ db }, payment.purchase_id));
  if (current === null) throw new Error(`payment ${payment.id} is gone`);
  return current;
}

export const insertGiveBackStatement = statement({
  text: `INSERT INTO payments.refund (id, payment_id, idempotency_key, status, amount, currency, is_remainder, reason)
     VALUES ($1, $2, '${giveBackKey}', 'PENDING', $3, $4, true, $5) ON CONFLICT DO NOTHING`,
  params: [uuid<RefundId>(), uuid<PaymentId>(), numeric(), text(), text()],
  row: {},
});

/** Records the intent to give back all that is left of a captured payment. The caller has locked the payment. */
export async function recordGiveBack(tx: EntityManager, payment: PaymentRow): Promise<void> {
  const left = countLeft(payment);
  if (left <= 0n) return;
  const { amount, currency } = fromMinorUnits(left, payment.currency);
  await insertGiveBackStatement.run(tx, [newRefundId(), payment.id, amount, currency, giveBackReason]);
}
