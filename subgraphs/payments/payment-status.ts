// The statuses of a payment, and the only transitions between them. Every write of a status is a compare-and-swap, with
// `WHERE status = ANY(getSourceStatuses(to))`, so that only one of two simultaneous writers succeeds.
import { fromNumeric, toMinorUnits } from '../../platform/values/money.ts';

export type PaymentStatus =
  | 'PENDING'
  | 'AUTHORIZED'
  | 'DECLINED'
  | 'CAPTURED'
  | 'VOIDED'
  | 'EXPIRED'
  | 'PARTIALLY_REFUNDED'
  | 'REFUNDED'
  | 'REVERSED';

export const transitions: Readonly<Record<PaymentStatus, readonly PaymentStatus[]>> = {
  PENDING: ['AUTHORIZED', 'DECLINED', 'VOIDED', 'EXPIRED'],
  AUTHORIZED: ['CAPTURED', 'VOIDED', 'EXPIRED'],
  DECLINED: [],
  CAPTURED: ['PARTIALLY_REFUNDED', 'REFUNDED', 'REVERSED'],
  // A provider may capture although it has answered that the hold is gone. A purchase that was given up gets the amount back.
  VOIDED: ['CAPTURED'],
  EXPIRED: ['CAPTURED'],
  PARTIALLY_REFUNDED: ['PARTIALLY_REFUNDED', 'REFUNDED', 'REVERSED'],
  REFUNDED: [],
  REVERSED: [],
};

export const paymentStatuses = Object.keys(transitions) as PaymentStatus[];

/** Lists the statuses from which a payment may become `to`. */
export function getSourceStatuses(to: PaymentStatus): PaymentStatus[] {
  return paymentStatuses.filter((from) => transitions[from].includes(to));
}

/** True when an amount was held, or might have been, and is held no more: we capture nothing of this payment any more. */
export function isHoldGone(status: PaymentStatus): boolean {
  return status === 'VOIDED' || status === 'EXPIRED' || status === 'REVERSED';
}

/** True when a payment has one of the two statuses, or has had it: the second one, or one that leads to the first. */
export function hasReached(status: PaymentStatus, earlier: PaymentStatus): boolean {
  return (
    status === earlier || transitions[earlier].some((next) => next !== earlier && hasReached(status, next))
  );
}

/** True when no transition leads away: neither we nor the provider can change the payment any more. */
export function isFinal(status: PaymentStatus): boolean {
  return transitions[status].length === 0 && status !== 'REFUNDED';
}

/** True when the amount was captured and not taken back, whether or not it was refunded afterwards. */
export function isCaptured(status: PaymentStatus): boolean {
  return status === 'CAPTURED' || status === 'PARTIALLY_REFUNDED' || status === 'REFUNDED';
}

/** How much of a payment was refunded. A payment that is REVERSED may have been refunded in part before. */
export function getRefundStatus(payment: {
  amount: string;
  refunded: string;
  currency: string;
}): 'NONE' | 'PARTIAL' | 'FULL' {
  const [amount, refunded] = [payment.amount, payment.refunded].map((text) =>
    toMinorUnits(fromNumeric(text, payment.currency)),
  ) as [bigint, bigint];
  if (refunded === 0n) return 'NONE';
  return refunded < amount ? 'PARTIAL' : 'FULL';
}
