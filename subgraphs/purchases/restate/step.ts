// Steps of the saga as entries of Restate's journal: done once, then replayed. A definitive no is an entry like any other
// answer, and comes out of the journal as the error it was; every other failure is Restate's to repeat.
import type { Context } from '../../../platform/subgraph/context.ts';
import { PeerRefusal } from '../../../platform/subgraph/peer.ts';
import { Refusal } from '../../../platform/values/refusal.ts';
import { type Step, type StepName, StepUnfinished } from '../step.ts';
import type { Restate, RestateContext, RunOptions } from './sdk.ts';

/** How long one attempt of a step may take, in milliseconds. Payments waits for its provider within this. */
const attemptMs = 10_000;

/** Before the decision the buyer is waiting: a participant that stays away ends it. Afterwards only forward, for ever. */
const bounded: readonly StepName[] = ['reserve stock', 'create payment'];

type Outcome<Result> = { value: Result } | { refusal: JournaledRefusal };

export interface JournaledRefusal {
  by: 'peer' | 'us';
  code: string;
  message: string;
  details: Readonly<Record<string, unknown>>;
}

export function journaledStep(
  restate: RestateContext,
  { crashPoint }: Pick<Context, 'crashPoint'>,
  { TerminalError }: Pick<Restate['sdk'], 'TerminalError'>,
): Step {
  return async <Result>(name: StepName, run: (signal: AbortSignal) => Promise<Result>): Promise<Result> => {
    const attempt = async (): Promise<Outcome<Result>> => {
      crashPoint(`before ${name}`);
      const outcome = await outcomeOf(run(AbortSignal.timeout(attemptMs)));
      crashPoint(`after ${name}`);
      return outcome;
    };
    const outcome = await restate.run(name, attempt, repeatsOf(name)).catch((cause: unknown) => {
      // It gave up, or an operator cancelled the workflow: either way nobody knows what became of the step.
      throw cause instanceof TerminalError ? new StepUnfinished(name, cause) : cause;
    });
    if ('refusal' in outcome) throw revivedRefusal(outcome.refusal);
    return outcome.value;
  };
}

function repeatsOf(name: StepName): RunOptions {
  const isBounded = bounded.includes(name);
  return {
    ...(isBounded ? { maxRetryAttempts: 3 } : {}),
    initialRetryInterval: 50,
    maxRetryInterval: isBounded ? 1_000 : 10_000,
    retryIntervalFactor: 2,
  };
}

async function outcomeOf<Result>(running: Promise<Result>): Promise<Outcome<Result>> {
  try {
    return { value: await running };
  } catch (cause) {
    const refusal = journaledRefusal(cause);
    if (refusal === null) throw cause;
    return { refusal };
  }
}

/** A definitive no in a form that JSON keeps; null for anything else. */
export function journaledRefusal(cause: unknown): JournaledRefusal | null {
  if (!(cause instanceof PeerRefusal || cause instanceof Refusal)) return null;
  const { code, message, details } = cause;
  return { by: cause instanceof PeerRefusal ? 'peer' : 'us', code, message, details };
}

/** The error that it was: same class, code, message and details. */
export function revivedRefusal({ by, code, message, details }: JournaledRefusal): PeerRefusal | Refusal {
  if (by === 'us') return new Refusal(code, message, details);
  const [peer = '', ...words] = message.split(' refused: ');
  return new PeerRefusal(peer, { message: words.join(' refused: '), extensions: { ...details, code } });
}
