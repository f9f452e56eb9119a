// The life of a reservation, as one table: what is not written here cannot happen. Every write of a status carries
// `WHERE status = ANY(sourcesOf(to))`, so that of two writers who race only one finds the row as it expected.

export type ReservationStatus = 'HELD' | 'COMMITTED' | 'RELEASED';

export const transitions: Readonly<Record<ReservationStatus, readonly ReservationStatus[]>> = {
  HELD: ['COMMITTED', 'RELEASED'],
  COMMITTED: [],
  // Also where a reservation begins when the release comes before the reserve: the tombstone.
  RELEASED: [],
};

const reservationStatuses = Object.keys(transitions) as ReservationStatus[];

/** The statuses from which a reservation may become `to`. */
export function sourcesOf(to: ReservationStatus): ReservationStatus[] {
  return reservationStatuses.filter((from) => transitions[from].includes(to));
}
