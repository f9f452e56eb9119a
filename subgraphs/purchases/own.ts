// What index.ts opens for this subgraph. Its files use it as `ctx.own`.
import type { Context } from '../../platform/subgraph/context.ts';
import type { PurchaseRow } from './purchase.ts';

export interface Own {
  engine: Engine;
  /** How long the mutation waits for a purchase to end, in milliseconds. */
  waitMs: number;
}

/** Runs purchases to their end, also after a crash of this process. */
export interface Engine {
  /** The owner that a new purchase gets. Null for an engine that records elsewhere who runs a purchase. */
  owner: number | null;
  /** False while this instance must not start a purchase, because it could not tell whether another one runs it as well. */
  canStart: () => boolean;
  /**
   * Runs a purchase, unless another instance already does. Resolves with the row when this run has reached the end. Resolves with
   * undefined when another instance runs it, or when it cannot end now: the engine then continues by itself.
   */
  drive: (ctx: Context<Own>, purchase: PurchaseRow, paymentToken: string) => Promise<PurchaseRow | undefined>;
  /** Starts to look for purchases that no instance runs. Returns the function that stops it. */
  startBackground: (ctx: Context<Own>) => () => Promise<void>;
  close: () => Promise<void>;
}
