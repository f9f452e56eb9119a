// The statuses of a dispute, and the only transitions between them. Like those of a payment, they are written by compare-and-swap.

export type DisputeStatus = 'OPEN' | 'WON' | 'LOST';

export const disputeTransitions: Readonly<Record<DisputeStatus, readonly DisputeStatus[]>> = {
  // The provider has taken the amount back.
  OPEN: ['WON', 'LOST'],
  // The provider has returned it.
  WON: [],
  // It is lost.
  LOST: [],
};
