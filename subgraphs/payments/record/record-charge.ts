// Records the status of a charge in its payment. Every caller that learns it uses this file: a request or its repeat, a void, a
// capture, an event of the provider, and the sweeper. So a result that a crashed call has lost is recorded by the next caller.
import type { Context } from '../../../platform/subgraph/context.ts';
import { postCapture } from '../ledger/posting.ts';
import { movePayment, type PaymentRow, paymentByPurchase } from '../payment.ts';
import type { Charge } from '../provider/provider.ts';

/** Moves the payment to the status of the charge and returns it. When another call was faster, returns the row as it is. */
export async function recordCharge(
  ctx: Pick<Context, 'db'>,
  payment: PaymentRow,
  charge: Charge,
): Promise<PaymentRow> {
  // The authorisation was never recorded, and the charge is captured. The row moves to AUTHORIZED first.
  if (charge.status === 'CAPTURED' && payment.status === 'PENDING')
    await movePayment(ctx, payment.id, 'AUTHORIZED', charge.id);
  const movedPayment =
    charge.status === 'CAPTURED'
      ? await postCapture(ctx, payment)
      : await movePayment(ctx, payment.id, charge.status, charge.id);
  if (movedPayment !== null) return movedPayment;
  const current = await paymentByPurchase(ctx, payment.purchase_id);
  if (current === null) throw new Error(`payment ${payment.id} is gone`);
  return current;
}
