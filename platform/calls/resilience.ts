// Protects a caller from a peer that is slow, broken or gone. Four layers stand around a call, from the outside in:
//   retry            repeats idempotent calls only, after a pause with decorrelated jitter, so that callers do not retry in step
//   bulkhead         limits how many calls run and how many wait, reads and writes apart, so that a slow peer occupies no more
//   circuit breaker  opens after some faults in a row; after a cooldown, one call probes whether the peer is back
//   timeout          limits each attempt, and ends it at the caller's deadline at the latest
// A fault is a missing response, or a response that masks a fault. A refusal is no fault: it proves that the peer is well.
import {
  type CircuitBreakerPolicy,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  decorrelatedJitterGenerator,
  ExponentialBackoff,
  handleWhen,
  type RetryPolicy,
  retry,
} from 'cockatiel';
import { Bulkhead } from './bulkhead.ts';
import { getTimeLeft, isTimeout, rejectOnAbort, startTimeout } from './deadline.ts';

export interface CallLimits {
  /** Reads that run at the same time, and as many writes beside them. */
  maxRunning: number;
  /** Reads that wait until a running one ends, and as many writes. */
  maxQueued: number;
  attemptTimeoutMs: number;
  /** Attempts after the first. */
  maxRetries: number;
  /** Longest pause between two attempts. */
  maxPauseMs: number;
  /** Faults in a row that open the circuit breaker. */
  maxFaults: number;
  /** How long the circuit breaker stays open before one call may probe. */
  cooldownMs: number;
}

/**
 * `maxRunning` is half of the connections that an HTTP client of a subgraph has. An attempt is long because payments waits
 * for its provider within it.
 */
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
  full: 'was not called: too many calls are waiting for it',
  open: 'was not called: it failed a moment ago',
  late: 'did not answer before the deadline',
  gone: 'did not answer before the caller gave up',
} as const;

/** The caller gets no response, for one of four reasons. After `full` and `open` the peer has received nothing. */
export class UnansweredCall extends Error {
  override name = 'UnansweredCall';
  readonly reason: keyof typeof reasonMessages;
  constructor(reason: keyof typeof reasonMessages, cause?: unknown) {
    super(reasonMessages[reason], { cause });
    this.reason = reason;
  }
}

/** What one attempt has to respect. */
export interface AttemptOptions {
  signal: AbortSignal;
  /** Epoch milliseconds. */
  deadline: number;
}

export interface CallOptions {
  signal: AbortSignal;
  /** Epoch milliseconds. */
  deadline?: number | undefined;
  /** True when repeating an attempt whose response was lost does no harm. */
  isIdempotent: boolean;
  /** True for a call that writes. Reads and writes wait for places of their own, so that slow writes never hold up a read. */
  isWrite?: boolean | undefined;
  /** True when an attempt may last until the deadline. Without a deadline, the timeout of an attempt holds all the same. */
  mayUseWholeDeadline?: boolean | undefined;
}

export interface PeerHealth {
  breaker: 'closed' | 'open' | 'half-open';
  running: number;
  queued: number;
}

export interface Resilience {
  run: <Result>(
    attempt: (options: AttemptOptions) => Promise<Result>,
    options: CallOptions,
  ) => Promise<Result>;
  health: () => PeerHealth;
}

type IsCause = (cause: unknown) => boolean;

/**
 * Opens the protection of one peer. `isRefusal` recognizes a definite "no" of the peer; every other error is a fault.
 * `isWorthRepeating` chooses the faults after which a repeated attempt may succeed.
 */
export function openResilience(
  isRefusal: IsCause,
  limits: CallLimits,
  isWorthRepeating: IsCause = () => true,
): Resilience {
  const calls = new ProtectedCalls(isRefusal, limits);
  const retries = buildRetry(
    limits,
    (cause) => !isRefusal(cause) && !(cause instanceof UnansweredCall) && isWorthRepeating(cause),
  );
  return {
    run: (attempt, options) =>
      options.isIdempotent
        ? retries.execute(() => calls.run(attempt, options), options.signal)
        : calls.run(attempt, options),
    health: () => calls.health(),
  };
}

function buildRetry({ maxRetries, maxPauseMs }: CallLimits, mayRepeat: IsCause): RetryPolicy {
  return retry(handleWhen(mayRepeat), {
    maxAttempts: maxRetries,
    backoff: new ExponentialBackoff({
      generator: decorrelatedJitterGenerator,
      initialDelay: maxPauseMs / 5,
      maxDelay: maxPauseMs,
    }),
  });
}

/** The layers inside of the retry: bulkhead, circuit breaker and timeout. */
class ProtectedCalls {
  readonly #isRefusal: IsCause;
  readonly #limits: CallLimits;
  readonly #reads: Bulkhead;
  readonly #writes: Bulkhead;
  readonly #breaker: CircuitBreakerPolicy;
  #openUntil = 0;

  constructor(isRefusal: IsCause, limits: CallLimits) {
    this.#isRefusal = isRefusal;
    this.#limits = limits;
    this.#reads = new Bulkhead(limits.maxRunning, limits.maxQueued);
    this.#writes = new Bulkhead(limits.maxRunning, limits.maxQueued);
    const breaker: CircuitBreakerPolicy = circuitBreaker(
      // A caller who gives up early is no fault. When that caller had the probe, the probe proved nothing, and it has to count
      // as a fault: cockatiel would take it for a success.
      handleWhen((cause) => !isGone(cause) || breaker.state === CircuitState.HalfOpen),
      { breaker: new ConsecutiveBreaker(limits.maxFaults), halfOpenAfter: limits.cooldownMs },
    );
    breaker.onBreak(() => {
      this.#openUntil = Date.now() + limits.cooldownMs;
    });
    this.#breaker = breaker;
  }

  health(): PeerHealth {
    return {
      breaker: stateNames[this.#breaker.state],
      running: this.#reads.running + this.#writes.running,
      queued: this.#reads.queued + this.#writes.queued,
    };
  }

  run: Resilience['run'] = async (attempt, options) => {
    this.#refuseUnlessCallable(options);
    const bulkhead = options.isWrite === true ? this.#writes : this.#reads;
    if (bulkhead.isFull) throw new UnansweredCall('full');
    return bulkhead
      .execute(() => this.#runInBreaker(attempt, options), options.signal)
      .catch((cause: unknown) => {
        const { signal } = options;
        throw signal.aborted && cause === signal.reason ? toUnansweredCall(options, cause) : cause;
      });
  };

  /** A call checks this when it arrives, and again when its turn comes: both may have changed while it waited. */
  #refuseUnlessCallable(options: CallOptions): void {
    if (isOver(options)) throw toUnansweredCall(options, options.signal.reason);
    // Also while a probe is under way: cockatiel would make the other calls wait for its end.
    const isBroken =
      this.#breaker.state === CircuitState.HalfOpen ||
      (this.#breaker.state === CircuitState.Open && Date.now() < this.#openUntil);
    if (isBroken) throw new UnansweredCall('open');
  }

  #runInBreaker: Resilience['run'] = async (attempt, options) => {
    this.#refuseUnlessCallable(options);
    const outcome = await this.#breaker.execute(async () => {
      try {
        return { result: await this.#runInTime(attempt, options) };
      } catch (cause) {
        if (!this.#isRefusal(cause)) throw cause;
        // The breaker gets a refusal as a result: a refusal that is thrown through it would not end a row of faults.
        return { refusal: cause };
      }
    });
    if ('refusal' in outcome) throw outcome.refusal;
    return outcome.result;
  };

  #runInTime: Resilience['run'] = async (attempt, options) => {
    const { attemptTimeoutMs } = this.#limits;
    const hasOwnTimeout = !options.mayUseWholeDeadline || options.deadline === undefined;
    const timeoutMs = hasOwnTimeout ? attemptTimeoutMs : Number.POSITIVE_INFINITY;
    const deadline = Math.min(options.deadline ?? Number.POSITIVE_INFINITY, Date.now() + timeoutMs);
    const timeout = startTimeout(getTimeLeft(deadline), options.signal);
    try {
      // The attempt ends at the deadline even when the peer, a subgraph in the same process, ignores the signal.
      return await rejectOnAbort(attempt({ signal: timeout.signal, deadline }), timeout.signal);
    } catch (cause) {
      throw this.#isRefusal(cause) || !isOver(options) ? cause : toUnansweredCall(options, cause);
    } finally {
      timeout.clear();
    }
  };
}

function isGone(cause: unknown): boolean {
  return cause instanceof UnansweredCall && cause.reason === 'gone';
}

/** The last millisecond counts as over: a timer may fire a millisecond early, and no peer answers within one. */
function isOver({ signal, deadline }: CallOptions): boolean {
  return signal.aborted || (deadline !== undefined && getTimeLeft(deadline) <= 1);
}

/**
 * A deadline that passes without a response is a fault of the peer (`late`), unless the call was never sent. A caller who gives
 * up early is no fault (`gone`): otherwise, impatient clients could open the circuit breaker for all others.
 */
function toUnansweredCall({ signal }: CallOptions, cause: unknown): UnansweredCall {
  const hasGivenUpEarly = signal.aborted && !isTimeout(signal.reason);
  return new UnansweredCall(hasGivenUpEarly ? 'gone' : 'late', cause);
}

const stateNames: Readonly<Record<CircuitState, PeerHealth['breaker']>> = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.HalfOpen]: 'half-open',
  [CircuitState.Open]: 'open',
  // cockatiel enters this state by an explicit call only, which this code never makes.
  [CircuitState.Isolated]: 'open',
};
