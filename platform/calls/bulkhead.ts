// So many calls at once, so many in the queue, no more: a slow peer fills its own compartment and nothing else.
// Ours rather than cockatiel's, whose queue keeps the places of callers that gave up long ago.

export class Bulkhead {
  #running = 0;
  /** In the order they came; each is how to let one in. */
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

  /** Rejects with the signal's reason when it aborts before the call's turn. Ask `isFull` first. */
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
      const giveUp = () => {
        this.#waiting.delete(letIn);
        reject(signal.reason);
      };
      const letIn = () => {
        this.#waiting.delete(letIn);
        signal.removeEventListener('abort', giveUp);
        resolve();
      };
      signal.addEventListener('abort', giveUp, { once: true });
      this.#waiting.add(letIn);
    });
  }

  /** The place goes to whoever waits longest, without being free in between. */
  #leave(): void {
    const [next] = this.#waiting;
    if (next === undefined) this.#running -= 1;
    else next();
  }
}
