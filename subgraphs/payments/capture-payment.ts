// capturePayment: takes the held amount, then writes status and ledger in one statement. A crash between the two leaves
// AUTHORIZED here and CAPTURED there: the repeat asks again, the provider answers the same charge, and it is written.
import type { RequestContext } from '../../platform/subgraph/context.ts';
import { isPurchaseId, type PurchaseId, type Unparsed } from '../../platform/values/ids.ts';
import { refuse } from './errors.ts';
import type { Own } from './own.ts';
import { type PaymentRow, paymentOfPurchase } from './payment.ts';
import { isCaptured } from './payment-status.ts';
import { recordCharge } from './record-charge.ts';

/** Refusals: PAYMENT_NOT_FOUND, PAYMENT_NOT_CAPTURABLE. */
export async function capturePayment(
  ctx: RequestContext<Own>,
  purchaseId: Unparsed<PurchaseId>,
): Promise<PaymentRow> {
  const payment = isPurchaseId(purchaseId) ? await paymentOfPurchase(ctx, purchaseId) : null;
  if (payment === null) throw refuse('PAYMENT_NOT_FOUND');
  if (isCaptured(payment.status)) return payment;
  if (payment.status !== 'AUTHORIZED') throw refuse('PAYMENT_NOT_CAPTURABLE');

  const { provider, insist } = ctx.own;
  const charge = await insist(ctx.signal, (signal) => provider.capture(payment.id, signal));
  ctx.crashPoint('after the provider captured');
  // A void may have reached the provider first, and crashed before it told us: then that is what is recorded.
  const recorded = await recordCharge(ctx, payment, charge);
  if (!isCaptured(recorded.status)) throw refuse('PAYMENT_NOT_CAPTURABLE');
  return recorded;
}
