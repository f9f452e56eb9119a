// Counts how operations were executed since the start, for operators (/health/ready): by compiled plans, or by Apollo's own
// executor, and for which reason. A fallback costs about twice as much, so any count of fallbacks is worth a look.
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

  /** Logs each reason once, because a frequent operation would repeat the same line. */
  countFallback(reason: string, log: Log): void {
    const count = (this.#fallbacks.get(reason) ?? 0) + 1;
    this.#fallbacks.set(reason, count);
    if (count === 1)
      log.info({ reason }, 'Apollo executes an operation, because its plan cannot be compiled');
  }

  get health(): PlansHealth {
    return { compiled: this.#compiled, fallbacks: Object.fromEntries(this.#fallbacks) };
  }
}
