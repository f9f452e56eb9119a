// The step port: the interface through which the saga runs its steps. An engine that runs steps durably can run a purchase. The
// default engine (row-engine.ts) repeats steps from the status of the row. The Restate engine (restate/engine.ts) has a journal
// and replays the steps that are done.

/** The names of the steps, in the order of the saga and then of its undo. */
export const stepNames = [
  'reserve stock',
  'create payment',
  'confirm',
  'capture payment',
  'commit stock',
  'complete',
  'begin to cancel',
  'give up',
  'void payment',
  'release stock',
  'cancel',
] as const;
export type StepName = (typeof stepNames)[number];

/**
 * Runs one step. `run` may be called any number of times, also after a crash: every step is idempotent by purchase id.
 * Rejects with PeerRefusal or Refusal when the step is refused, and with StepUnfinished when the engine stops trying for now.
 */
export type Step = <Result>(name: StepName, run: (signal: AbortSignal) => Promise<Result>) => Promise<Result>;

/** The engine stopped repeating a step for now. The step may or may not have been done. */
export class StepUnfinished extends Error {
  override name = 'StepUnfinished';
  constructor(step: StepName, cause: unknown) {
    super(`the step "${step}" did not finish`, { cause });
  }
}
