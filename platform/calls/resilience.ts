// Protects a caller from a peer that is slow, broken or gone. Four layers stand around a call, from the outside in:
//   retry            repeats idempotent calls, and others that were never sent, after a pause with decorrelated jitter, so that
//                    callers do not retry in step
//   bulkhead         limits how many calls run and how many wait, reads and writes apart, so that a slow peer occupies no more
//   circuit breaker  opens after some faults in a row; after a cooldown, a probe finds out whether the peer is back
//   timeout          limits each attempt, and ends it at the caller's deadline at the latest
// A fault is a missing response, or a response that masks a fault. A refusal is no fault: it proves that the peer is well.
import {
  decorrelatedJitterGenerator,
  ExponentialBackoff,
  handleWhen,
  type RetryPolicy,
  retry,
} from 'cockatiel';
import { Bulkhead } from './bulkhead.ts';
import {
  type BreakerLimits,
  type BreakerState,
  CircuitBreaker,
  maxProbeMs,
  type Probe,
} from './circuit-breaker.ts';
import { getTimeLeft, isTimeout, rejectOnAbort, startTimeout } from './deadline.ts';

export interface CallLimits extends BreakerLimits {
  /** Reads that run at the same time, and as many writes beside them. */
  maxRunning: number;
  /** Reads that wait until a running one ends, and as many writes. */
  maxQueued: number;
  /** Attempts after the first. */
  maxRetries: number;
  /** Longest pause between two attempts. */
  maxPauseMs: number;
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
  breaker: BreakerState;
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

export interface ResilienceOptions {
  limits: CallLimits;
  /** Recognizes a definite "no" of the peer; every other error is a fault. */
  isRefusal: IsCause;
  /** Chooses the faults after which a repeated attempt may succeed: by default all. */
  isWorthRepeating?: IsCause;
  /** Recognizes the faults after which the peer has received nothing, so that a mutation may be repeated too: by default none. */
  isUnsent?: IsCause;
  probe: Probe;
}

/** Opens the protection of one peer. */
export function openResilience(options: ResilienceOptions): Resilience {
  const { limits, isRefusal, isWorthRepeating = () => true, isUnsent = () => false } = options;
  const calls = new ProtectedCalls(options);
  const retries = buildRetry(
    limits,
    (cause) => !isRefusal(cause) && !(cause instanceof UnansweredCall) && isWorthRepeating(cause),
  );
  const retriesOfUnsent = buildRetry(limits, isUnsent);
  return {
    run: (attempt, callOptions) =>
      (callOptions.isIdempotent ? retries : retriesOfUnsent).execute(
        () => calls.run(attempt, callOptions),
        callOptions.signal,
      ),
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
  readonly #breaker: CircuitBreaker;

  constructor({ isRefusal, limits, probe }: ResilienceOptions) {
    this.#isRefusal = isRefusal;
    this.#limits = limits;
    this.#reads = new Bulkhead(limits.maxRunning, limits.maxQueued);
    this.#writes = new Bulkhead(limits.maxRunning, limits.maxQueued);
    this.#breaker = new CircuitBreaker(limits, probe);
  }

  health(): PeerHealth {
    return {
      breaker: this.#breaker.state,
      running: this.#reads.running + this.#writes.running,
      queued: this.#reads.queued + this.#writes.queued,
    };
  }

  run: Resilience['run'] = async (attempt, options) => {
    if (isOver(options)) throw toUnansweredCall(options, options.signal.reason);
    if (this.#breaker.admit() === false) throw new UnansweredCall('open');
    const bulkhead = options.isWrite === true ? this.#writes : this.#reads;
    if (bulkhead.isFull) throw new UnansweredCall('full');
    return bulkhead
      .execute(() => this.#runInBreaker(attempt, options), options.signal)
      .catch((cause: unknown) => {
        const { signal } = options;
        throw signal.aborted && cause === signal.reason ? toUnansweredCall(options, cause) : cause;
      });
  };

  /** A call passes the breaker when its turn comes: the breaker may have opened while the call waited. */
  #runInBreaker: Resilience['run'] = async (attempt, options) => {
    if (isOver(options)) throw toUnansweredCall(options, options.signal.reason);
    const isAdmitted = this.#breaker.admit();
    if (isAdmitted !== true && !(await waitForProbe(isAdmitted, options))) throw new UnansweredCall('open');
    try {
      const result = await this.#runInTime(attempt, options);
      this.#breaker.recordSuccess();
      return result;
    } catch (cause) {
      if (this.#isRefusal(cause)) this.#breaker.recordSuccess();
      // A caller who gives up early is no fault of the peer.
      else if (!isGone(cause)) this.#breaker.recordFault();
      throw cause;
    }
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

/** Waits until the probe ends, or until the caller gives up or has no time left. */
async function waitForProbe(isAdmitted: boolean | Promise<boolean>, options: CallOptions): Promise<boolean> {
  if (typeof isAdmitted === 'boolean') return isAdmitted;
  const { deadline, signal } = options;
  const timeout = startTimeout(deadline === undefined ? maxProbeMs : getTimeLeft(deadline), signal);
  try {
    return await rejectOnAbort(isAdmitted, timeout.signal);
  } catch (cause) {
    throw toUnansweredCall(options, cause);
  } finally {
    timeout.clear();
  }
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
