// The port the saga is written over. Whoever can run steps durably can run a purchase: the default engine (row-engine.ts)
// repeats steps from what the row says; one with a journal of its own (restate-engine.ts) replays those that are done.
import type { Context } from '../../platform/subgraph/context.ts';
import type { Own } from './index.ts';
import type { PurchaseRow } from './purchase.ts';

/** Each step's name, in the order of the saga and of its undo. */
export const stepNames = [
  'reserve stock',
  'create payment',
  'confirm',
  'capture payment',
  'commit stock',
  'complete',
  'begin to cancel',
  'void payment',
  'release stock',
  'cancel',
] as const;
export type StepName = (typeof stepNames)[number];

/**
 * Runs one step. `run` may be called any number of times, also after a crash: every step is idempotent by purchase id.
 * Rejects with PeerRefusal or Refusal for a definitive no, and with StepUnfinished when the engine stops trying for now.
 */
export type Step = <Result>(name: StepName, run: (signal: AbortSignal) => Promise<Result>) => Promise<Result>;

/** The step may or may not have happened, and the engine gave up repeating it for now. */
export class StepUnfinished extends Error {
  override name = 'StepUnfinished';
  constructor(step: StepName, cause: unknown) {
    super(`the step "${step}" did not finish`, { cause });
  }
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
