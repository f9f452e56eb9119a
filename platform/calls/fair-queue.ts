// Work that costs much, in turns: so many run at once, and the others wait. The clients take turns, so that a client with five
// hundred requests delays another client by one of them. A request is refused at its arrival when it would wait in vain, and one
// whose caller has gone is never begun.

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
  /** The client whose turn is next comes first. Only clients that wait are in it. */
  readonly #waitingByClient = new Map<string, Waiting[]>();
  #running = 0;
  #queued = 0;
  /**
   * Requests that were refused and are expected back, one for each turn that ends. Each is told a time of its own, so that they do
   * not all come back in the same moment.
   */
  #refused = 0;
  /** How long work takes, as a moving average. */
  #workMs: number;

  constructor(limits: FairQueueLimits) {
    this.#limits = limits;
    this.#workMs = limits.expectedMs;
  }

  get queued(): number {
    return this.#queued;
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
    const { maxRunning } = this.#limits;
    const waitMs = this.#running < maxRunning ? 0 : this.#estimateWaitMs(this.#countTurnsBefore(call.client));
    if (waitMs > this.#getMaxWaitMs(call)) throw this.#createRefusal();
  }

  /** Work that begins later could not end before its deadline. */
  #getMaxWaitMs({ deadline = Number.POSITIVE_INFINITY }: QueuedCall): number {
    return Math.min(this.#limits.maxWaitMs, deadline - Date.now() - this.#workMs);
  }

  /** A new request of a client comes after as many requests of each other client as this client has. */
  #countTurnsBefore(client: string): number {
    const own = this.#waitingByClient.get(client)?.length ?? 0;
    let turns = own;
    for (const [other, { length }] of this.#waitingByClient)
      if (other !== client) turns += Math.min(length, own + 1);
    return turns;
  }

  #estimateWaitMs(turns: number): number {
    return ((turns + 1) * this.#workMs) / this.#limits.maxRunning;
  }

  #wait(call: QueuedCall): Promise<void> {
    const { client, signal } = call;
    if (this.#queued >= this.#limits.maxQueued) this.#makeRoom(client);
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
        this.#remove(client, waiting);
        waiting.refuse(signal?.reason);
      };
      const giveUp = () => {
        this.#remove(client, waiting);
        waiting.refuse(this.#createRefusal());
      };
      const timer = setTimeout(giveUp, this.#getMaxWaitMs(call)).unref();
      signal?.addEventListener('abort', leave, { once: true });
      const own = this.#waitingByClient.get(client);
      if (own === undefined) this.#waitingByClient.set(client, [waiting]);
      else own.push(waiting);
      this.#queued += 1;
    });
  }

  /** The client with the most requests loses its newest one. The arriving request is refused when its own client has as many. */
  #makeRoom(client: string): void {
    const refusal = this.#createRefusal();
    let [largest, most] = [client, (this.#waitingByClient.get(client)?.length ?? 0) + 1];
    for (const [other, { length }] of this.#waitingByClient)
      if (length > most) [largest, most] = [other, length];
    const newest = largest === client ? undefined : this.#waitingByClient.get(largest)?.at(-1);
    if (newest === undefined) throw refusal;
    this.#remove(largest, newest);
    newest.refuse(refusal);
  }

  #createRefusal(): QueueFull {
    const refusal = new QueueFull(this.#estimateWaitMs(this.#queued + this.#refused));
    this.#refused += 1;
    return refusal;
  }

  #remove(client: string, waiting: Waiting): void {
    const own = this.#waitingByClient.get(client);
    const index = own?.indexOf(waiting) ?? -1;
    if (own === undefined || index < 0) return;
    own.splice(index, 1);
    this.#queued -= 1;
    if (own.length === 0) this.#waitingByClient.delete(client);
  }

  /** Hands the place to the next client, which then goes to the end of the round. */
  #leave(): void {
    const [next] = this.#waitingByClient;
    this.#refused = next === undefined ? 0 : Math.max(0, this.#refused - 1);
    if (next === undefined) {
      this.#running -= 1;
      return;
    }
    const [client, waiting] = next;
    const first = waiting[0] as Waiting;
    this.#remove(client, first);
    if (this.#waitingByClient.delete(client)) this.#waitingByClient.set(client, waiting);
    first.start();
  }
}
