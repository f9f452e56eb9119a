// What index.ts opens for this subgraph. Its files use it as `ctx.own`.

export interface Expiry {
  /** How old a held reservation is when it expires, in minutes. */
  afterMinutes: number;
  /** The pause between two rounds, in milliseconds. With 0 no rounds run. */
  intervalMs: number;
}

export interface Own {
  expiry: Expiry;
  /** For how long a reservation that was sold or released is kept, in days. */
  endedReservationDays: number;
}
