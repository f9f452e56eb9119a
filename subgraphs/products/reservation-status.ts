// The statuses of a reservation, and the only transitions between them. Every write of a status is a compare-and-swap with
// `WHERE status = ANY(getSourceStatuses(to))`, so that only one of two simultaneous writers succeeds.

export type ReservationStatus = 'HELD' | 'COMMITTED' | 'RELEASED';

export const transitions: Readonly<Record<ReservationStatus, readonly ReservationStatus[]>> = {
  HELD: ['COMMITTED', 'RELEASED'],
  COMMITTED: [],
  // A reservation begins with this status when releaseStock comes before reserveStock: then it is a tombstone.
  RELEASED: [],
};

const reservationStatuses = Object.keys(transitions) as ReservationStatus[];

/** Lists the statuses from which a reservation may become `to`. */
export function getSourceStatuses(to: ReservationStatus): ReservationStatus[] {
  return reservationStatuses.filter((from) => transitions[from].includes(to));
}
