// Runs the steps of the saga as entries of Restate's journal: a step is done once and then replayed. A refusal is a result like
// any other, and is replayed as the same error. Restate repeats a step after every other failure.
import type { Context } from '../../../platform/subgraph/context.ts';
import { PeerRefusal } from '../../../platform/subgraph/peer.ts';
import { Refusal } from '../../../platform/values/refusal.ts';
import { type Step, type StepName, StepUnfinished } from '../step.ts';
import type { Restate, RestateContext, RunOptions } from './sdk.ts';

/** Maximum duration of one attempt of a step, in milliseconds. The calls of payments to its provider fit into it. */
const attemptTimeoutMs = 10_000;

/** Before the decision, the buyer waits, and a participant that does not answer ends the purchase. Later steps repeat for ever. */
const stepsBeforeDecision: readonly StepName[] = ['reserve stock', 'create payment'];

type Outcome<Result> = { value: Result } | { refusal: JournaledRefusal };

export interface JournaledRefusal {
  by: 'peer' | 'us';
  code: string;
  message: string;
  details: Readonly<Record<string, unknown>>;
}

export function createJournaledStep(
  restate: RestateContext,
  { crashPoint }: Pick<Context, 'crashPoint'>,
  { TerminalError }: Pick<Restate['sdk'], 'TerminalError'>,
): Step {
  return async <Result>(name: StepName, run: (signal: AbortSignal) => Promise<Result>): Promise<Result> => {
    const attempt = async (): Promise<Outcome<Result>> => {
      crashPoint(`before ${name}`);
      const outcome = await awaitOutcome(run(AbortSignal.timeout(attemptTimeoutMs)));
      crashPoint(`after ${name}`);
      return outcome;
    };
    const outcome = await restate.run(name, attempt, getRunOptions(name)).catch((cause: unknown) => {
      // Restate stopped repeating, or an operator cancelled the workflow. In both cases the result of the step is unknown.
      throw cause instanceof TerminalError ? new StepUnfinished(name, cause) : cause;
    });
    if ('refusal' in outcome) throw reviveRefusal(outcome.refusal);
    return outcome.value;
  };
}

function getRunOptions(name: StepName): RunOptions {
  const isBounded = stepsBeforeDecision.includes(name);
  return {
    ...(isBounded ? { maxRetryAttempts: 3 } : {}),
    initialRetryInterval: 50,
    maxRetryInterval: isBounded ? 1_000 : 10_000,
    retryIntervalFactor: 2,
  };
}

async function awaitOutcome<Result>(running: Promise<Result>): Promise<Outcome<Result>> {
  try {
    return { value: await running };
  } catch (cause) {
    const refusal = toJournaledRefusal(cause);
    if (refusal === null) throw cause;
    return { refusal };
  }
}

/** Converts a refusal to a form that JSON can hold. Returns null for any other error. */
export function toJournaledRefusal(cause: unknown): JournaledRefusal | null {
  if (!(cause instanceof PeerRefusal || cause instanceof Refusal)) return null;
  const { code, message, details } = cause;
  return { by: cause instanceof PeerRefusal ? 'peer' : 'us', code, message, details };
}

/** Restores the error of a refusal, with the same class, code, message and details. */
export function reviveRefusal({ by, code, message, details }: JournaledRefusal): PeerRefusal | Refusal {
  if (by === 'us') return new Refusal(code, message, details);
  const [peer = '', ...words] = message.split(' refused: ');
  return new PeerRefusal(peer, { message: words.join(' refused: '), extensions: { ...details, code } });
}
