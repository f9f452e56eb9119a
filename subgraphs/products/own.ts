// What products opens for itself in index.ts; its behaviours find it as `ctx.own`.

export interface Expiry {
  afterMinutes: number;
  /** Between two rounds; 0: never. */
  everyMs: number;
}

export interface Own {
  expiry: Expiry;
}
