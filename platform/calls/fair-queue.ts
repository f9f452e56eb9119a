// Work that costs much, in turns: so many run at once, and the others wait. The clients take turns, so that a client with five
// hundred requests delays another client by one of them (waiting-line.ts). A request is refused at its arrival when it would wait in
// vain, and one whose caller has gone is never begun.
import { WaitingLine } from './waiting-line.ts';

/** Whose work it is, and how long it is of use. */
export interface QueuedCall {
  /** All work with the same text shares its turns. */
  client: string;
  signal?: AbortSignal | undefined;
  /** Epoch milliseconds. */
  deadline?: number | undefined;
}

/** Nobody is sent away for longer: a client that comes back at once, again and again, could make the others wait for ever. */
const maxRetryAfterSeconds = 30;

/** The work was not begun: too much other work waits. */
export class QueueFull extends Error {
  override name = 'QueueFull';
  /** When there will be room, in whole seconds. */
  readonly retryAfterSeconds: number;
  constructor(waitMs: number) {
    super('too much work is waiting');
    this.retryAfterSeconds = Math.min(maxRetryAfterSeconds, Math.max(1, Math.ceil(waitMs / 1000)));
  }
}

interface Waiting {
  start: () => void;
  refuse: (cause: unknown) => void;
}

export interface FairQueueLimits {
  maxRunning: number;
  maxQueued: number;
  /** Who has waited for so long is refused: waiting until the deadline would look like a fault of the server. */
  maxWaitMs: number;
  /** How long one piece of work takes, until the queue has measured some. */
  expectedMs: number;
}

export class FairQueue {
  readonly #limits: FairQueueLimits;
  readonly #waiting: WaitingLine<Waiting>;
  #running = 0;
  /**
   * Requests that were refused and are expected back, one for each turn that ends. Each is told a time of its own, so that they do
   * not all come back in the same moment.
   */
  #refused = 0;
  /** How long work takes, as a moving average. */
  #workMs: number;

  constructor(limits: FairQueueLimits) {
    this.#limits = limits;
    this.#waiting = new WaitingLine(limits.maxQueued);
    this.#workMs = limits.expectedMs;
  }

  get queued(): number {
    return this.#waiting.size;
  }

  /** Rejects with QueueFull, or with the reason of the signal, before the work has begun. */
  async run<Result>(call: QueuedCall, work: () => Promise<Result>): Promise<Result> {
    call.signal?.throwIfAborted();
    this.#refuseHopeless(call);
    if (this.#running < this.#limits.maxRunning) this.#running += 1;
    else await this.#wait(call);
    const started = performance.now();
    try {
      return await work();
    } finally {
      this.#workMs += (performance.now() - started - this.#workMs) / 8;
      this.#leave();
    }
  }

  /** A request that cannot end before its deadline would only take the place of others. */
  #refuseHopeless(call: QueuedCall): void {
    const isFree = this.#running < this.#limits.maxRunning;
    const waitMs = isFree ? 0 : this.#estimateWaitMs(this.#waiting.countTurnsBefore(call.client));
    if (waitMs > this.#getMaxWaitMs(call)) throw this.#createRefusal();
  }

  /** Work that begins later could not end before its deadline. */
  #getMaxWaitMs({ deadline = Number.POSITIVE_INFINITY }: QueuedCall): number {
    return Math.min(this.#limits.maxWaitMs, deadline - Date.now() - this.#workMs);
  }

  #estimateWaitMs(turns: number): number {
    return ((turns + 1) * this.#workMs) / this.#limits.maxRunning;
  }

  #wait(call: QueuedCall): Promise<void> {
    const { client, signal } = call;
    return new Promise((resolve, reject) => {
      const stopListening = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', leave);
      };
      const waiting: Waiting = {
        start: () => {
          stopListening();
          resolve();
        },
        refuse: (cause) => {
          stopListening();
          reject(cause);
        },
      };
      const leave = () => {
        this.#waiting.remove(client, waiting);
        waiting.refuse(signal?.reason);
      };
      const giveUp = () => {
        this.#waiting.remove(client, waiting);
        waiting.refuse(this.#createRefusal());
      };
      const timer = setTimeout(giveUp, this.#getMaxWaitMs(call)).unref();
      signal?.addEventListener('abort', leave, { once: true });
      // The request itself may lose the place: when no other client has more requests than its own.
      this.#waiting.add(client, waiting)?.refuse(this.#createRefusal());
    });
  }

  #createRefusal(): QueueFull {
    const refusal = new QueueFull(this.#estimateWaitMs(this.#waiting.size + this.#refused));
    this.#refused += 1;
    return refusal;
  }

  /** Hands the place to the request whose turn it is. */
  #leave(): void {
    const next = this.#waiting.take();
    this.#refused = next === undefined ? 0 : Math.max(0, this.#refused - 1);
    if (next === undefined) this.#running -= 1;
    else next.start();
  }
}
