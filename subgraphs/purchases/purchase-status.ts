// The statuses of a purchase, and the only transitions between them. Each transition is a compare-and-swap on the row. So exactly
// one of two simultaneous runs decides whether the purchase is confirmed or cancelled, and the other run follows.

export const purchaseStatuses = ['STARTED', 'CONFIRMED', 'COMPLETED', 'CANCELLING', 'CANCELLED'] as const;
export type PurchaseStatus = (typeof purchaseStatuses)[number];

export const transitions: Readonly<Record<PurchaseStatus, readonly PurchaseStatus[]>> = {
  // The decision. Everything before it can be undone.
  STARTED: ['CONFIRMED', 'CANCELLING'],
  // CANCELLING follows only when payments answers that the hold on the card is gone, so that no capture can succeed.
  CONFIRMED: ['COMPLETED', 'CANCELLING'],
  COMPLETED: [],
  // CONFIRMED follows only when payments answers that the amount is already captured. Then the purchase must complete.
  CANCELLING: ['CANCELLED', 'CONFIRMED'],
  CANCELLED: [],
};

export function hasEnded(status: PurchaseStatus): boolean {
  return transitions[status].length === 0;
}

/** Reasons that come from products or from the total. In these cases payments was never called. */
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
  'PAYMENT_LAPSED',
  'UNAVAILABLE',
  'INTERRUPTED',
] as const;
export type CancelReason = (typeof cancelReasons)[number];

export function isCancelReason(code: string): code is CancelReason {
  return (cancelReasons as readonly string[]).includes(code);
}

/** True when the purchase was cancelled before payments was called, so that it has no payment. */
export function isBeforePayment(reason: CancelReason | null): boolean {
  return (beforePayment as readonly (string | null)[]).includes(reason);
}
