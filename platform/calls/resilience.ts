// Calls to one peer, kept from harming us when it is slow, broken or gone. From the outside in:
//   retry      only what may happen twice; again after a pause with decorrelated jitter, so that callers do not march in step
//   bulkhead   so many calls at once and so many waiting: a slow peer takes no more of us than that
//   breaker    after some faults in a row nobody asks for a short time; then one call probes whether it is back
//   timeout    each attempt's own, or what the caller's deadline leaves of it
// Only faults count (no answer, or one that masks a fault); a refusal proves that the peer is well.
import {
  type CircuitBreakerPolicy,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  decorrelatedJitterGenerator,
  ExponentialBackoff,
  handleWhen,
  retry,
} from 'cockatiel';
import { Bulkhead } from './bulkhead.ts';
import { getTimeLeft, isTimeout, rejectOnAbort, startTimeout } from './deadline.ts';

export interface CallLimits {
  /** Calls at once, and calls that wait for one of them to end. */
  maxRunning: number;
  maxQueued: number;
  attemptTimeoutMs: number;
  /** Attempts after the first. */
  maxRetries: number;
  /** Longest pause between two attempts. */
  maxPauseMs: number;
  /** Faults in a row that open the breaker. */
  maxFaults: number;
  /** How long it stays open before one call may try. */
  cooldownMs: number;
}

/** As many at once as an HTTP hop has connections. Payments waits for its provider within an attempt. */
export const defaultCallLimits: CallLimits = {
  maxRunning: 64,
  maxQueued: 256,
  attemptTimeoutMs: 10_000,
  maxRetries: 2,
  maxPauseMs: 250,
  maxFaults: 5,
  cooldownMs: 500,
};

const reasonMessages = {
  full: 'is not asked: too many calls wait for it',
  open: 'is not asked: it failed a moment ago',
  late: 'has not answered before the deadline',
  gone: 'is not waited for: the caller gave up',
} as const;

/** Nobody waits for the peer's answer, for one of four reasons. After `full` and `open` nothing can have happened there. */
export class UnansweredCall extends Error {
  override name = 'UnansweredCall';
  readonly reason: keyof typeof reasonMessages;
  constructor(reason: keyof typeof reasonMessages, cause?: unknown) {
    super(reasonMessages[reason], { cause });
    this.reason = reason;
  }
}

/** What one attempt must keep to. */
export interface AttemptOptions {
  signal: AbortSignal;
  /** Epoch milliseconds. */
  deadline: number;
}

export interface CallOptions {
  signal: AbortSignal;
  deadline?: number | undefined;
  /** True when it does no harm that an attempt whose answer was lost happens again. */
  isIdempotent: boolean;
  /** True: each attempt may take all the time there is. Without a deadline the usual bound holds. */
  mayUseWholeDeadline?: boolean | undefined;
}

export interface PeerHealth {
  breaker: 'closed' | 'open' | 'half-open';
  running: number;
  queued: number;
}

export interface Resilience {
  run: <Result>(attempt: (bounds: AttemptOptions) => Promise<Result>, caller: CallOptions) => Promise<Result>;
  health: () => PeerHealth;
}

/**
 * The policy for one peer. `isAnswer` tells a definitive no of the peer from a fault; `mayRepeat`, of the faults, after
 * which ones there is hope.
 */
export function openResilience(
  isRefusal: (cause: unknown) => boolean,
  limits: CallLimits,
  isWorthRepeating: (cause: unknown) => boolean = () => true,
): Resilience {
  const bulkhead = new Bulkhead(limits.maxRunning, limits.maxQueued);
  let openUntil = 0;
  const breaker: CircuitBreakerPolicy = circuitBreaker(
    // An impatient caller is no fault. But a probe whose caller left proves nothing; cockatiel would take it for a success.
    handleWhen((cause) => !isGone(cause) || breaker.state === CircuitState.HalfOpen),
    { breaker: new ConsecutiveBreaker(limits.maxFaults), halfOpenAfter: limits.cooldownMs },
  );
  breaker.onBreak(() => {
    openUntil = Date.now() + limits.cooldownMs;
  });
  const again = retry(
    handleWhen((cause) => !isRefusal(cause) && !(cause instanceof UnansweredCall) && isWorthRepeating(cause)),
    {
      maxAttempts: limits.maxRetries,
      backoff: new ExponentialBackoff({
        generator: decorrelatedJitterGenerator,
        initialDelay: limits.maxPauseMs / 5,
        maxDelay: limits.maxPauseMs,
      }),
    },
  );

  /** At once, also while a probe is on its way: cockatiel would let the others wait for it. */
  const refuseWhileBroken = () => {
    const isBroken =
      breaker.state === CircuitState.HalfOpen ||
      (breaker.state === CircuitState.Open && Date.now() < openUntil);
    if (isBroken) throw new UnansweredCall('open');
  };

  const once: Resilience['run'] = async (attempt, caller) => {
    refuseUnlessAwaited(caller);
    refuseWhileBroken();
    if (bulkhead.isFull) throw new UnansweredCall('full');
    const asked = async () => {
      refuseUnlessAwaited(caller);
      refuseWhileBroken();
      // A refusal passes the breaker as the answer that it is: thrown through it, it would not end a row of faults.
      const outcome = await breaker.execute(async () => {
        try {
          return { answer: await timed(attempt, caller) };
        } catch (cause) {
          if (!isRefusal(cause)) throw cause;
          return { refusal: cause };
        }
      });
      if ('refusal' in outcome) throw outcome.refusal;
      return outcome.answer;
    };
    return bulkhead.execute(asked, caller.signal).catch((cause: unknown) => {
      throw caller.signal.aborted && cause === caller.signal.reason ? toUnansweredCall(caller, cause) : cause;
    });
  };

  const timed: Resilience['run'] = async (attempt, caller) => {
    const own =
      caller.mayUseWholeDeadline && caller.deadline !== undefined
        ? Number.POSITIVE_INFINITY
        : limits.attemptTimeoutMs;
    const deadline = Math.min(caller.deadline ?? Number.POSITIVE_INFINITY, Date.now() + own);
    const ending = startTimeout(getTimeLeft(deadline), caller.signal);
    try {
      // It ends here at the deadline, also when the peer (a subgraph in memory) takes no notice of the signal.
      return await rejectOnAbort(attempt({ signal: ending.signal, deadline }), ending.signal);
    } catch (cause) {
      throw isRefusal(cause) || !isOver(caller) ? cause : toUnansweredCall(caller, cause);
    } finally {
      ending.clear();
    }
  };

  return {
    run: (attempt, caller) =>
      caller.isIdempotent ? again.execute(() => once(attempt, caller), caller.signal) : once(attempt, caller),
    health: () => ({
      breaker: stateNames[breaker.state],
      running: bulkhead.running,
      queued: bulkhead.queued,
    }),
  };
}

function isGone(cause: unknown): boolean {
  return cause instanceof UnansweredCall && cause.reason === 'gone';
}

/** A timer may fire a millisecond early, and in one nobody answers anyway. */
function isOver({ signal, deadline }: CallOptions): boolean {
  return signal.aborted || (deadline !== undefined && getTimeLeft(deadline) <= 1);
}

function refuseUnlessAwaited(caller: CallOptions): void {
  if (isOver(caller)) throw toUnansweredCall(caller, caller.signal.reason);
}

/**
 * A deadline that passes without an answer is the peer's fault (`late`, unless the call was never sent); a caller who
 * leaves early is not (`gone`): impatient clients must not close the way for everybody.
 */
function toUnansweredCall({ signal }: CallOptions, cause: unknown): UnansweredCall {
  const leftEarly = signal.aborted && !isTimeout(signal.reason);
  return new UnansweredCall(leftEarly ? 'gone' : 'late', cause);
}

const stateNames: Readonly<Record<CircuitState, PeerHealth['breaker']>> = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.HalfOpen]: 'half-open',
  [CircuitState.Open]: 'open',
  // Only by hand, which nobody does here.
  [CircuitState.Isolated]: 'open',
};
