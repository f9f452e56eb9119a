// The default engine: no journal beside the purchase row. Since every participant is idempotent by purchase id, a run
// that starts again simply does its steps again, from what the row's status says; only decisions are written down.
import { decorrelatedJitterGenerator, ExponentialBackoff, handleWhen, retry } from 'cockatiel';
import { PeerRefusal } from '../../platform/peer.ts';
import { Refusal } from '../../platform/refusal.ts';
import { type Step, StepUnfinished } from './step.ts';

/** How long one attempt may take, in milliseconds. Payments waits for its provider within this. */
const attemptMs = 10_000;

const again = retry(
  handleWhen((cause) => !isDefinitive(cause)),
  {
    maxAttempts: 2,
    backoff: new ExponentialBackoff({
      generator: decorrelatedJitterGenerator,
      initialDelay: 50,
      maxDelay: 1_000,
    }),
  },
);

/** Runs a step now, repeating it a little while nobody gives a definite answer. */
export const rowStep: Step = async (name, run) => {
  try {
    return await again.execute(() => run(AbortSignal.timeout(attemptMs)));
  } catch (cause) {
    throw isDefinitive(cause) ? cause : new StepUnfinished(name, cause);
  }
};

function isDefinitive(cause: unknown): boolean {
  return cause instanceof PeerRefusal || cause instanceof Refusal;
}
