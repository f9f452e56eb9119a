// The life of a purchase, as one table. Only these moves exist, each a compare-and-swap on the row, so that of two
// runners (a repeat, a second instance) exactly one decides the direction and the other one follows.

export const purchaseStatuses = ['STARTED', 'CONFIRMED', 'COMPLETED', 'CANCELLING', 'CANCELLED'] as const;
export type PurchaseStatus = (typeof purchaseStatuses)[number];

export const transitions: Readonly<Record<PurchaseStatus, readonly PurchaseStatus[]>> = {
  // The decision: before it everything can be undone, after it the only way is forward.
  STARTED: ['CONFIRMED', 'CANCELLING'],
  CONFIRMED: ['COMPLETED'],
  COMPLETED: [],
  // Back to CONFIRMED only when payments says that the money was captured already: then it must complete.
  CANCELLING: ['CANCELLED', 'CONFIRMED'],
  CANCELLED: [],
};

export function hasEnded(status: PurchaseStatus): boolean {
  return transitions[status].length === 0;
}

/** What products (or the sum) says no to: payments was never asked. */
const beforePayment = [
  'OUT_OF_STOCK',
  'PRODUCT_NOT_FOUND',
  'PRODUCT_DISCONTINUED',
  'MIXED_CURRENCIES',
  'AMOUNT_TOO_LARGE',
] as const;

export const cancelReasons = [
  ...beforePayment,
  'PAYMENT_DECLINED',
  'PAYMENT_TOKEN_INVALID',
  'UNAVAILABLE',
  'INTERRUPTED',
] as const;
export type CancelReason = (typeof cancelReasons)[number];

export function isCancelReason(code: string): code is CancelReason {
  return (cancelReasons as readonly string[]).includes(code);
}

/** True when the purchase was cancelled for a reason that comes before any payment: there is none to show. */
export function isBeforePayment(reason: CancelReason | null): boolean {
  return (beforePayment as readonly (string | null)[]).includes(reason);
}
