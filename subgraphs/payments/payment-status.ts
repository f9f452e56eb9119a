// The statuses of a payment, and the only transitions between them. Every write of a status is a compare-and-swap, with
// `WHERE status = ANY(getSourceStatuses(to))`, so that only one of two simultaneous writers succeeds.

export type PaymentStatus =
  | 'PENDING'
  | 'AUTHORIZED'
  | 'DECLINED'
  | 'CAPTURED'
  | 'VOIDED'
  | 'EXPIRED'
  | 'PARTIALLY_REFUNDED'
  | 'REFUNDED';

export const transitions: Readonly<Record<PaymentStatus, readonly PaymentStatus[]>> = {
  PENDING: ['AUTHORIZED', 'DECLINED', 'VOIDED', 'EXPIRED'],
  AUTHORIZED: ['CAPTURED', 'VOIDED', 'EXPIRED'],
  DECLINED: [],
  CAPTURED: ['PARTIALLY_REFUNDED', 'REFUNDED'],
  VOIDED: [],
  EXPIRED: [],
  PARTIALLY_REFUNDED: ['PARTIALLY_REFUNDED', 'REFUNDED'],
  REFUNDED: [],
};

export const paymentStatuses = Object.keys(transitions) as PaymentStatus[];

/** Lists the statuses from which a payment may become `to`. */
export function getSourceStatuses(to: PaymentStatus): PaymentStatus[] {
  return paymentStatuses.filter((from) => transitions[from].includes(to));
}

/** True when an amount was held, or might have been, and is held no more: no capture of this payment can succeed. */
export function isHoldGone(status: PaymentStatus): boolean {
  return status === 'VOIDED' || status === 'EXPIRED';
}

/** True when the amount was captured, whether or not it was refunded afterwards. */
export function isCaptured(status: PaymentStatus): boolean {
  return status === 'CAPTURED' || status === 'PARTIALLY_REFUNDED' || status === 'REFUNDED';
}
