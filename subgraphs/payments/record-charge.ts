// Whoever learns what became of a charge writes it down here, so that the row never waits for the one who asked first:
// a repeat, a void, a capture, an event of the provider or the sweeper records what an earlier call found out and lost.
import type { Context } from '../../platform/subgraph/context.ts';
import { movePayment, type PaymentRow, paymentOfPurchase } from './payment.ts';
import { postCapture } from './posting.ts';
import type { Charge } from './provider/provider.ts';

/** Brings the payment to what the provider says and answers it; the row as it is when somebody else was faster. */
export async function recordCharge(
  ctx: Pick<Context, 'db'>,
  payment: PaymentRow,
  charge: Charge,
): Promise<PaymentRow> {
  // The authorisation was never recorded, and the capture is known by now: the row goes the whole way.
  if (charge.status === 'CAPTURED' && payment.status === 'PENDING')
    await movePayment(ctx, payment.id, 'AUTHORIZED', charge.id);
  const moved =
    charge.status === 'CAPTURED'
      ? await postCapture(ctx, payment)
      : await movePayment(ctx, payment.id, charge.status, charge.id);
  if (moved !== null) return moved;
  const current = await paymentOfPurchase(ctx, payment.purchase_id);
  if (current === null) throw new Error(`payment ${payment.id} is gone`);
  return current;
}
