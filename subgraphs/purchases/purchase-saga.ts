// The saga of a purchase: its steps to the end, and the steps that undo them. It is one function over the step port (step.ts) and
// does not depend on the engine that runs it.
//
//   reserve stock → create payment → confirm → capture payment → commit stock → complete
//   └──────── refused here: begin to cancel   └─ the hold is gone: give up
//                              └→ void payment → release stock → cancel ←┘
//
// After a crash, the row has the status of the last decision, and the next run continues from there:
//   STARTED     Before `confirm`. Stock may be held and the payment authorised. Both steps are repeated, or undone.
//   CONFIRMED   The payment may be captured, and the stock sold. The remaining steps are repeated until they succeed.
//   CANCELLING  The payment may be voided, and the stock released. The remaining undo steps are repeated until they succeed.
// A participant that was called but did not answer may have done its step. So the undo always calls both participants, and they
// write tombstones, so that a late `reserve` or `create` of this saga is refused.
//
// A confirmed purchase is given up for one answer only: payments has recorded that the hold on the card is gone, which is final.
// Every other refusal of a capture may be a mistake, such as a wrong key, so that the capture is repeated. If the amount was captured
// after all, `void payment` finds it, and the purchase goes forward again.

import { PeerRefusal } from '../../platform/subgraph/peer.ts';
import { type Money, sumLines } from '../../platform/values/money.ts';
import { Refusal } from '../../platform/values/refusal.ts';
import type { Participants } from './participants.ts';
import type { PurchaseRow } from './purchase.ts';
import { type CancelReason, isCancelReason, type PurchaseStatus } from './purchase-status.ts';
import { type Step, StepUnfinished } from './step.ts';
import type { ReservedLine } from './stock.ts';

/**
 * Runs the purchase to its end. Rejects with StepUnfinished when it cannot end now; the caller runs it again later. The payment
 * token is stored nowhere, so a resumed run has none. It then continues an existing payment and creates no new one.
 */
export async function purchaseSaga(
  step: Step,
  { stock, payments, transition }: Participants,
  purchase: PurchaseRow,
  paymentToken: string | null,
): Promise<void> {
  const phases = { STARTED: decide, CONFIRMED: finish, CANCELLING: undo };
  let { status } = purchase;
  while (status !== 'COMPLETED' && status !== 'CANCELLED') status = await phases[status]();

  /** Runs the steps that can be undone, then decides. Returns the status after the decision of this run or of another one. */
  async function decide(): Promise<PurchaseStatus> {
    try {
      const { lines, total } = await reserve();
      await step('create payment', (signal) => payments.create(purchase, total, paymentToken, signal));
      return await step('confirm', () => transition.confirm(purchase.id, lines, total));
    } catch (cause) {
      const reason = getCancelReason(cause);
      return step('begin to cancel', () => transition.beginToCancel(purchase.id, reason));
    }
  }

  async function reserve(): Promise<{ lines: ReservedLine[]; total: Money }> {
    const { lines } = await step('reserve stock', (signal) => stock.reserve(purchase, signal));
    return {
      lines,
      total: sumLines(lines.map(({ unitPrice, quantity }) => ({ price: unitPrice, quantity }))),
    };
  }

  async function finish(): Promise<PurchaseStatus> {
    try {
      await step('capture payment', (signal) => payments.capture(purchase, signal));
    } catch (cause) {
      if (!isHoldGone(cause)) throw cause;
      return step('give up', () => transition.giveUp(purchase.id, 'PAYMENT_LAPSED'));
    }
    return sell();
  }

  async function sell(): Promise<PurchaseStatus> {
    await step('commit stock', (signal) => stock.commit(purchase, signal));
    return step('complete', () => transition.complete(purchase.id));
  }

  /** CANCELLING → CONFIRMED. */
  async function resume(): Promise<PurchaseStatus> {
    const { lines, total } = await reserve();
    return step('confirm', () => transition.resume(purchase.id, lines, total));
  }

  async function undo(): Promise<PurchaseStatus> {
    const voided = await step('void payment', (signal) => payments.void(purchase, signal));
    if (voided === 'captured') {
      // Another party captured the payment: this run has not. The buyer has paid, so the purchase completes.
      return resume();
    }
    try {
      await step('release stock', (signal) => stock.release(purchase, signal));
    } catch (cause) {
      if (!isSold(cause)) throw cause;
      // An earlier run captured the amount and sold the stock, and then the provider took the amount back. The purchase completes,
      // like every other one whose payment is taken back after its stock was sold.
      const status = await resume();
      return status === 'CONFIRMED' ? sell() : status;
    }
    return step('cancel', () => transition.cancel(purchase.id));
  }
}

/** True when payments has recorded that the amount is no longer held. PAYMENT_VOIDED says so of a payment that is created again. */
function isHoldGone(cause: unknown): boolean {
  return (
    cause instanceof PeerRefusal && (cause.code === 'PAYMENT_HOLD_GONE' || cause.code === 'PAYMENT_VOIDED')
  );
}

function isSold(cause: unknown): boolean {
  return cause instanceof PeerRefusal && cause.code === 'RESERVATION_COMMITTED';
}

/** Finds the reason why the purchase cannot continue. Throws the cause again when it is a fault and not a refusal. */
function getCancelReason(cause: unknown): CancelReason {
  if (cause instanceof StepUnfinished) return 'UNAVAILABLE';
  if (isHoldGone(cause)) return 'PAYMENT_LAPSED';
  if (cause instanceof PeerRefusal && cause.code === 'PAYMENT_TOKEN_MISSING') return 'INTERRUPTED';
  if ((cause instanceof PeerRefusal || cause instanceof Refusal) && isCancelReason(cause.code))
    return cause.code;
  throw cause;
}
