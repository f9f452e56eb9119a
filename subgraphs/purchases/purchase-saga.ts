// A purchase from beginning to end, and back. One function over the step port; which engine runs it is not its business.
//
//   reserve stock → create payment → confirm → capture payment → commit stock → complete
//   └──────── refused here: begin to cancel → void payment → release stock → cancel
//
// A crash anywhere leaves the row in the status of its last decision, and running again continues from there:
//   STARTED     before `confirm`: stock may be held, the payment authorised. Both steps are repeated, or undone.
//   CONFIRMED   the money may be captured and the stock sold or not yet. Only forward, as often as it takes.
//   CANCELLING  the payment may be voided, the stock released or not yet. Undone to its end.
// A participant that was asked but did not answer may have done it: undo therefore asks both, whatever was known, and
// they leave tombstones so that a late `reserve` or `create` of ours finds the door closed.

import { PeerRefusal } from '../../platform/subgraph/peer.ts';
import { type Money, sumLines } from '../../platform/values/money.ts';
import { Refusal } from '../../platform/values/refusal.ts';
import type { Participants } from './participants.ts';
import type { PurchaseRow } from './purchase.ts';
import { type CancelReason, isCancelReason, type PurchaseStatus } from './purchase-status.ts';
import { type Step, StepUnfinished } from './step.ts';
import type { ReservedLine } from './stock.ts';

/**
 * Runs the purchase to its end. Rejects with StepUnfinished when it could not get there now; run it again then.
 * Without a payment token (it is stored nowhere, so a run that is resumed has none) a payment that exists already is gone
 * on with, and none is made.
 */
export async function purchaseSaga(
  step: Step,
  { stock, payments, transition }: Participants,
  purchase: PurchaseRow,
  paymentToken: string | null,
): Promise<void> {
  const status = purchase.status === 'STARTED' ? await decide() : purchase.status;
  if (status === 'CANCELLING') await undo();
  if (status === 'CONFIRMED') await finish();

  /** Everything that can still be taken back, then the decision. Answers which one was taken, by us or by another runner. */
  async function decide(): Promise<PurchaseStatus> {
    try {
      const { lines, total } = await reserve();
      await step('create payment', (signal) => payments.create(purchase, total, paymentToken, signal));
      return await step('confirm', () => transition.confirm(purchase.id, lines, total));
    } catch (cause) {
      const reason = reasonOf(cause);
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

  async function finish(): Promise<void> {
    await step('capture payment', (signal) => payments.capture(purchase, signal));
    await step('commit stock', (signal) => stock.commit(purchase, signal));
    await step('complete', () => transition.complete(purchase.id));
  }

  async function undo(): Promise<void> {
    const voided = await step('void payment', (signal) => payments.void(purchase, signal));
    if (voided === 'captured') {
      // Not by us: no step captures before `confirm`. The buyer has paid all the same, so it completes.
      const { lines, total } = await reserve();
      await step('confirm', () => transition.resume(purchase.id, lines, total));
      return finish();
    }
    await step('release stock', (signal) => stock.release(purchase, signal));
    await step('cancel', () => transition.cancel(purchase.id));
  }
}

/** Why the purchase cannot go on. Throws the cause again when it is a fault of ours rather than an answer. */
function reasonOf(cause: unknown): CancelReason {
  if (cause instanceof StepUnfinished) return 'UNAVAILABLE';
  if (cause instanceof PeerRefusal && cause.code === 'PAYMENT_TOKEN_MISSING') return 'INTERRUPTED';
  if ((cause instanceof PeerRefusal || cause instanceof Refusal) && isCancelReason(cause.code))
    return cause.code;
  throw cause;
}
