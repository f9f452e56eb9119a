// The port the saga is written over: whoever runs steps durably can run a purchase. The default engine is row-engine.ts;
// one that keeps a journal of its own (Restate, DBOS) replays the results of steps that are done.

/** Each step's name, in the order of the saga and of its undo. */
export type StepName =
  | 'reserve stock'
  | 'create payment'
  | 'confirm'
  | 'capture payment'
  | 'commit stock'
  | 'complete'
  | 'begin to cancel'
  | 'void payment'
  | 'release stock'
  | 'cancel';

/**
 * Runs one step. `run` may be called any number of times, also after a crash: every step is idempotent by purchase id.
 * Rejects with PeerRefusal for a definitive no, and with StepUnfinished when the engine stops trying for now.
 */
export type Step = <Result>(name: StepName, run: (signal: AbortSignal) => Promise<Result>) => Promise<Result>;

/** The step may or may not have happened, and the engine gave up repeating it for now. */
export class StepUnfinished extends Error {
  override name = 'StepUnfinished';
  constructor(step: StepName, cause: unknown) {
    super(`the step "${step}" did not finish`, { cause });
  }
}
