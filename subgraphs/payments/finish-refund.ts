// The phases of a refund after its intent is recorded: call the provider with the refund's id, and record the result. They may
// run any number of times, from the request, from a repeat or from the sweeper.
import { uuid } from '../../platform/database/column.ts';
import { changeStatement } from '../../platform/database/statement.ts';
import type { Context } from '../../platform/subgraph/context.ts';
import type { RefundId } from '../../platform/values/ids.ts';
import { fromNumeric } from '../../platform/values/money.ts';
import type { Own } from './own.ts';
import { lockPayment, type PaymentRow, paymentsByReference } from './payment.ts';
import { recordCharge } from './record/record-charge.ts';
import { completeRefund } from './record/record-refund.ts';
import type { RefundRow } from './refund.ts';

export const failRefundStatement = changeStatement({
  text: `UPDATE payments.refund SET status = 'FAILED', updated_at = now() WHERE id = $1 AND status = 'PENDING'`,
  params: [uuid<RefundId>()],
});

export interface RefundOutcome {
  /** The payment as it is afterwards. */
  payment: PaymentRow;
  /** True when the provider refuses this refund permanently. */
  isRefused: boolean;
}

/** Throws ProviderFault when the provider does not answer: then the refund stays PENDING. */
export async function finishRefund(
  ctx: Pick<Context<Own>, 'db' | 'own'>,
  refund: RefundRow,
  signal: AbortSignal,
): Promise<RefundOutcome> {
  const { provider, callProvider } = ctx.own;
  const amount = fromNumeric(refund.amount, refund.currency);
  const outcome = await callProvider(signal, (attempt) =>
    provider.refund({ reference: refund.payment_id, refundReference: refund.id, amount }, attempt),
  );
  if (outcome === 'REFUSED') return recordRefusal(ctx, refund, signal);
  const payment = await ctx.db.transaction(async (tx) => {
    const locked = await lockPayment(tx, refund.payment_id);
    if (locked === null) throw new Error(`payment ${refund.payment_id} is gone`);
    return completeRefund(tx, locked, refund);
  });
  return { payment, isRefused: false };
}

/**
 * Records the refusal, and before it what the provider has done by itself: that may be the reason. The amount is no longer
 * reserved. The row keeps its idempotency key, and a repeat is judged again.
 */
async function recordRefusal(
  ctx: Pick<Context<Own>, 'db' | 'own'>,
  refund: RefundRow,
  signal: AbortSignal,
): Promise<RefundOutcome> {
  const { provider, callProvider } = ctx.own;
  const charge = await callProvider(signal, (attempt) => provider.find(refund.payment_id, attempt));
  const [known] = await paymentsByReference(ctx, [refund.payment_id]);
  if (known === undefined) throw new Error(`payment ${refund.payment_id} is gone`);
  const payment = charge === null ? known : await recordCharge(ctx, known, charge);
  const [, failed] = await failRefundStatement.run(ctx.db, [refund.id]);
  // Another call has completed the refund meanwhile, or the charge shows it.
  return { payment, isRefused: failed > 0 };
}
