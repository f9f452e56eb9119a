// Stops the calls to a peer that fails, and finds out when the peer is back:
//   closed     calls run; maxFaults faults in a row open the breaker
//   open       calls are refused until the cooldown is over
//   half-open  the first call after the cooldown starts a probe, and all calls wait for its result
// The probe is cheap and belongs to no caller: a slow call would hold up all others, and a caller who leaves would prove nothing.
// After a probe the peer is on trial: its next fault opens the breaker again, because a probe proves less than a call.
import { rejectOnAbort, startTimeout } from './deadline.ts';

export interface BreakerLimits {
  /** Faults in a row that open the breaker. */
  maxFaults: number;
  /** How long the breaker stays open before a call may start a probe, in milliseconds. */
  cooldownMs: number;
  /** The timeout of a call. A probe gets no more, and no more than two seconds. */
  attemptTimeoutMs: number;
}

/** Something cheap that a working peer does. Rejects when the peer does not work. */
export type Probe = (options: { signal: AbortSignal }) => Promise<unknown>;

/** The longest time that a probe may take, in milliseconds. */
export const maxProbeMs = 2_000;

export type BreakerState = 'closed' | 'open' | 'half-open';

export class CircuitBreaker {
  readonly #limits: BreakerLimits;
  readonly #probePeer: Probe;
  #faults = 0;
  #openUntil: number | undefined;
  #probe: Promise<boolean> | undefined;

  constructor(limits: BreakerLimits, probePeer: Probe) {
    this.#limits = limits;
    this.#probePeer = probePeer;
  }

  get state(): BreakerState {
    if (this.#probe !== undefined) return 'half-open';
    return this.#openUntil === undefined ? 'closed' : 'open';
  }

  /** True when a call may run, false when it is refused. A promise while a probe is under way, which this call may have started. */
  admit(): boolean | Promise<boolean> {
    if (this.#probe !== undefined) return this.#probe;
    if (this.#openUntil === undefined) return true;
    if (Date.now() < this.#openUntil) return false;
    this.#probe = this.#runProbe();
    return this.#probe;
  }

  /** A call got a response of a working peer. A call from before the breaker opened proves nothing about the time after. */
  recordSuccess(): void {
    if (this.#openUntil === undefined) this.#faults = 0;
  }

  recordFault(): void {
    if (this.#openUntil !== undefined) return;
    this.#faults += 1;
    if (this.#faults >= this.#limits.maxFaults) this.#open();
  }

  #open(): void {
    this.#openUntil = Date.now() + this.#limits.cooldownMs;
  }

  async #runProbe(): Promise<boolean> {
    const timeout = startTimeout(Math.min(maxProbeMs, this.#limits.attemptTimeoutMs));
    try {
      await rejectOnAbort(this.#probePeer({ signal: timeout.signal }), timeout.signal);
      this.#openUntil = undefined;
      this.#faults = this.#limits.maxFaults - 1;
      return true;
    } catch {
      this.#open();
      return false;
    } finally {
      timeout.clear();
      this.#probe = undefined;
    }
  }
}
