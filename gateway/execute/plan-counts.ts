// How operations have been carried out since the start, for operators (/health/ready): by their compiled plans, or by Apollo's
// own executor, and why. Anything but zero there is worth a look: what falls back costs twice as much.
import type { Log } from '../../platform/process/log.ts';

export interface PlansHealth {
  compiled: number;
  fallbacks: Readonly<Record<string, number>>;
}

export class PlanCounts {
  #compiled = 0;
  readonly #fallbacks = new Map<string, number>();

  countCompiled(): void {
    this.#compiled += 1;
  }

  /** Logged once for each reason: an operation that is asked often says nothing new. */
  countFallback(reason: string, log: Log): void {
    const count = (this.#fallbacks.get(reason) ?? 0) + 1;
    this.#fallbacks.set(reason, count);
    if (count === 1) log.info({ reason }, 'an operation is carried out without a compiled plan');
  }

  get health(): PlansHealth {
    return { compiled: this.#compiled, fallbacks: Object.fromEntries(this.#fallbacks) };
  }
}
