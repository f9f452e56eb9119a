// The statuses of a payment, and the only transitions between them. Every write of a status is a compare-and-swap, with
// `WHERE status = ANY(getSourceStatuses(to))`, so that only one of two simultaneous writers succeeds.

export type PaymentStatus =
  | 'PENDING'
  | 'AUTHORIZED'
  | 'DECLINED'
  | 'CAPTURED'
  | 'VOIDED'
  | 'PARTIALLY_REFUNDED'
  | 'REFUNDED';

export const transitions: Readonly<Record<PaymentStatus, readonly PaymentStatus[]>> = {
  PENDING: ['AUTHORIZED', 'DECLINED', 'VOIDED'],
  AUTHORIZED: ['CAPTURED', 'VOIDED'],
  DECLINED: [],
  CAPTURED: ['PARTIALLY_REFUNDED', 'REFUNDED'],
  VOIDED: [],
  PARTIALLY_REFUNDED: ['PARTIALLY_REFUNDED', 'REFUNDED'],
  REFUNDED: [],
};

export const paymentStatuses = Object.keys(transitions) as PaymentStatus[];

/** Lists the statuses from which a payment may become `to`. */
export function getSourceStatuses(to: PaymentStatus): PaymentStatus[] {
  return paymentStatuses.filter((from) => transitions[from].includes(to));
}

/** True when the amount was captured, whether or not it was refunded afterwards. */
export function isCaptured(status: PaymentStatus): boolean {
  return status === 'CAPTURED' || status === 'PARTIALLY_REFUNDED' || status === 'REFUNDED';
}
