// Limits how many calls to one peer run and how many wait, so that a slow peer cannot use up the whole process. cockatiel has
// a bulkhead too, but a caller who gives up keeps its place in the queue of that one.

export class Bulkhead {
  #running = 0;
  /** Waiting calls in the order of their arrival; each function lets one of them run. */
  readonly #waiting = new Set<() => void>();
  readonly #maxRunning: number;
  readonly #maxQueued: number;

  constructor(maxRunning: number, maxQueued: number) {
    this.#maxRunning = maxRunning;
    this.#maxQueued = maxQueued;
  }

  get running(): number {
    return this.#running;
  }

  get queued(): number {
    return this.#waiting.size;
  }

  get isFull(): boolean {
    return this.#running >= this.#maxRunning && this.#waiting.size >= this.#maxQueued;
  }

  /** Rejects with the signal's reason when the signal aborts before the call may run. The caller checks `isFull` first. */
  async execute<Result>(run: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
    await this.#enter(signal);
    try {
      return await run();
    } finally {
      this.#leave();
    }
  }

  #enter(signal: AbortSignal): Promise<void> | undefined {
    signal.throwIfAborted();
    if (this.#running < this.#maxRunning) {
      this.#running += 1;
      return undefined;
    }
    return new Promise((resolve, reject) => {
      const rejectCall = () => {
        this.#waiting.delete(startCall);
        reject(signal.reason);
      };
      const startCall = () => {
        this.#waiting.delete(startCall);
        signal.removeEventListener('abort', rejectCall);
        resolve();
      };
      signal.addEventListener('abort', rejectCall, { once: true });
      this.#waiting.add(startCall);
    });
  }

  /** Hands the place to the call that has waited longest, so that a new call cannot take it in between. */
  #leave(): void {
    const [next] = this.#waiting;
    if (next === undefined) this.#running -= 1;
    else next();
  }
}
