// The life of a payment as one literal table. Every write of a status goes through it, as a compare-and-swap:
// UPDATE … WHERE status = ANY(sourcesOf(to)), so that of two writers who race only one finds the row as it expected.

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

/** The statuses from which a payment may become `to`. */
export function sourcesOf(to: PaymentStatus): PaymentStatus[] {
  return paymentStatuses.filter((from) => transitions[from].includes(to));
}

/** True once the amount was taken, whatever was given back since. */
export function isCaptured(status: PaymentStatus): boolean {
  return status === 'CAPTURED' || status === 'PARTIALLY_REFUNDED' || status === 'REFUNDED';
}
