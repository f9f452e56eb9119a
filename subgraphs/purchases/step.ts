// The port the saga is written over. Whoever can run steps durably can run a purchase: the default engine (row-engine.ts)
// repeats steps from what the row says; one with a journal of its own (restate/engine.ts) replays those that are done.

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
