// capturePayment: captures the held amount at the provider, then writes status and ledger in one statement. After a crash between
// the two, the row says AUTHORIZED and the provider CAPTURED. A repeat calls again, gets the same charge, and writes it.
import type { RequestContext } from '../../platform/subgraph/context.ts';
import { isPurchaseId, type PurchaseId, type Unparsed } from '../../platform/values/ids.ts';
import { refuse } from './errors.ts';
import type { Own } from './own.ts';
import { type PaymentRow, paymentByPurchase } from './payment.ts';
import { isCaptured, isHoldGone } from './payment-status.ts';
import { recordCharge } from './record/record-charge.ts';

/** Refusals: PAYMENT_NOT_FOUND, PAYMENT_HOLD_GONE, PAYMENT_NOT_CAPTURABLE. */
export async function capturePayment(
  ctx: RequestContext<Own>,
  purchaseId: Unparsed<PurchaseId>,
): Promise<PaymentRow> {
  const payment = isPurchaseId(purchaseId) ? await paymentByPurchase(ctx, purchaseId) : null;
  if (payment === null) throw refuse('PAYMENT_NOT_FOUND');
  if (payment.is_given_up || isHoldGone(payment.status)) throw refuse('PAYMENT_HOLD_GONE');
  if (isCaptured(payment.status)) return payment;
  if (payment.status !== 'AUTHORIZED') throw refuse('PAYMENT_NOT_CAPTURABLE');

  const { provider, callProvider } = ctx.own;
  const charge = await callProvider(ctx.signal, (signal) => provider.capture(payment.id, signal));
  ctx.crashPoint('after the provider captured');
  // The hold may be gone: it was voided or has lapsed at the provider. That is recorded before the capture is refused, so that
  // the refusal is final, and a repeat of the capture gets the same one.
  const recorded = await recordCharge(ctx, payment, charge);
  if (isCaptured(recorded.status)) return recorded;
  if (isHoldGone(recorded.status)) throw refuse('PAYMENT_HOLD_GONE');
  throw new Error(`the provider did not capture payment ${payment.id}, whose charge is ${charge.status}`);
}
