// What purchases opens for itself in index.ts; its behaviours find it as `ctx.own`.
import type { Context } from '../../platform/subgraph/context.ts';
import type { PurchaseRow } from './purchase.ts';

export interface Own {
  engine: Engine;
  /** How long the mutation waits for a purchase to end, in milliseconds. */
  waitMs: number;
}

/** Drives purchases to their end, whatever happens to this process. */
export interface Engine {
  /** Who writes itself down as the owner of a new purchase; null for an engine that keeps that elsewhere. */
  owner: number | null;
  /**
   * Runs a purchase, unless somebody else does already. Resolves when this run is over, with the row as it left it;
   * undefined when another runner has it, or the end has to wait. The engine goes on by itself then.
   */
  drive: (ctx: Context<Own>, purchase: PurchaseRow, paymentToken: string) => Promise<PurchaseRow | undefined>;
  /** Starts what looks after purchases that nobody asks about. Answers how to stop it. */
  background: (ctx: Context<Own>) => () => Promise<void>;
  close: () => Promise<void>;
}
