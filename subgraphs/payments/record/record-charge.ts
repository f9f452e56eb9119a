// Records a charge in its payment: its status, its refunds and its disputes, whoever caused them. Every caller that learns of a
// charge uses this file: a request or its repeat, a void, a capture, an event of the provider, and the sweeper. So a result that a
// crashed call has lost is recorded by the next caller.
// A charge may be read late and recorded after a newer one. Nothing goes backwards then: statuses change by compare-and-swap along
// their tables of transitions, and a refund or a dispute that was recorded once stays.
import type { EntityManager } from 'typeorm';
import type { Context } from '../../../platform/subgraph/context.ts';
import { fromNumeric, toMinorUnits } from '../../../platform/values/money.ts';
import { postCapture, postReversal } from '../ledger/movement.ts';
import { lockPayment, type PaymentRow, paymentByPurchase, type Queryable } from '../payment.ts';
import { getSourceStatuses, isCaptured, isHoldGone, type PaymentStatus } from '../payment-status.ts';
import type { Charge } from '../provider/provider.ts';
import { recordGiveBack } from './give-back.ts';
import { movePayment } from './move-payment.ts';
import { recordDisputes } from './record-dispute.ts';
import { recordRefunds } from './record-refund.ts';

/** Records the charge and returns the payment. When another call was faster, returns the row as it is. */
export async function recordCharge(
  ctx: Pick<Context, 'db'>,
  payment: PaymentRow,
  charge: Charge,
): Promise<PaymentRow> {
  const isMoreThanStatus = charge.refunds.length + charge.disputes.length > 0 || charge.status === 'REVERSED';
  if (isMoreThanStatus) return ctx.db.transaction((tx) => recordParts(tx, payment, charge));
  const moved = await recordStatus(ctx, payment, charge);
  if (moved !== null) return moved;
  const current = await readAgain(ctx, payment);
  // The provider has captured what it called gone. That may need a refund in the same transaction.
  const isLateCapture = charge.status === 'CAPTURED' && isHoldGone(current.status);
  return isLateCapture ? ctx.db.transaction((tx) => recordParts(tx, payment, charge)) : current;
}

/** True when the payment says all that the charge says, so that there is nothing to record. Of disputes, the row has only a sum. */
export function isRecorded(payment: PaymentRow, { status, refunds, disputes }: Charge): boolean {
  const minor = (amount: string) => toMinorUnits(fromNumeric(amount, payment.currency));
  const refunded = refunds.reduce((sum, { amount }) => sum + minor(amount), 0n);
  const isSameStatus = status === 'CAPTURED' ? isCaptured(payment.status) : status === payment.status;
  return isSameStatus && disputes.length === 0 && refunded === minor(payment.refunded);
}

/** Moves the payment to the status of the charge, without refunds. Returns null when there is no such transition. */
async function recordStatus(
  { db }: Queryable,
  payment: PaymentRow,
  { id, status }: Charge,
  captureSources?: PaymentStatus[],
): Promise<PaymentRow | null> {
  if (status !== 'CAPTURED' && status !== 'REVERSED') return movePayment({ db }, payment.id, status, id);
  // The authorisation was never recorded, and the charge is captured. The row moves to AUTHORIZED first.
  if (payment.status === 'PENDING') await movePayment({ db }, payment.id, 'AUTHORIZED', id);
  return postCapture({ db }, payment, captureSources);
}

/** Records all of a charge in one transaction, in the order in which it happened. Each part that is recorded already is left. */
async function recordParts(tx: EntityManager, { id }: PaymentRow, charge: Charge): Promise<PaymentRow> {
  const locked = await lockPayment(tx, id);
  if (locked === null) throw new Error(`payment ${id} is gone`);
  const captured = (await recordStatus({ db: tx }, locked, charge, getSourceStatuses('CAPTURED'))) ?? locked;
  if (!isCaptured(captured.status)) return captured;
  const refunded = await recordRefunds(tx, captured, charge.refunds);
  const disputed = await recordDisputes(tx, refunded, charge.disputes);
  if (charge.status !== 'REVERSED') {
    if (locked.is_given_up && isHoldGone(locked.status)) await recordGiveBack(tx, disputed);
    return disputed;
  }
  return (await postReversal(tx, disputed)) ?? disputed;
}

async function readAgain(ctx: Pick<Context, 'db'>, payment: PaymentRow): Promise<PaymentRow> {
  const current = await paymentByPurchase(ctx, payment.purchase_id);
  if (current === null) throw new Error(`payment ${payment.id} is gone`);
  return current;
}
