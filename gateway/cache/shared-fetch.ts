// One fetch for all who ask the same at the same time. Each waits as long as it may and no longer, and gets an answer of its
// own, since answers are written into. The fetch ends when nobody waits any more.

import type { Call, Execute, Operation, SubgraphResponse } from '../../platform/calls/call.ts';
import { isTimeout } from '../../platform/calls/deadline.ts';
import { UnansweredCall } from '../../platform/calls/resilience.ts';
import { anonymous } from '../../platform/identity/viewer.ts';
import { isJsonObject, setOwn } from '../json-object.ts';

interface Waiter {
  call: Call;
  resolve: (answer: SubgraphResponse | Promise<SubgraphResponse>) => void;
  reject: (cause: unknown) => void;
  leave: () => void;
}

/** Whoever sent it. */
export interface Ground {
  /** Asks anew for one whose time is not over yet, when that of the first is. */
  again: (call: Call) => Promise<SubgraphResponse>;
  /** Told before those who wait. */
  ended: (flight: Flight) => void;
}

export class Flight {
  readonly operation: Operation;
  /** What `freshness.momentOf` said when it took off. */
  readonly moment: number;
  readonly #call: Call;
  readonly #waiters = new Set<Waiter>();
  readonly #ending = new AbortController();
  readonly #ground: Ground;
  #key: string | undefined;
  readonly #takenOff = performance.now();
  #isOver = false;

  constructor(operation: Operation, call: Call, moment: number, ground: Ground) {
    this.operation = operation;
    this.moment = moment;
    this.#call = call;
    this.#ground = ground;
  }

  /** Made when somebody else asks, not before: most fetches are over by then. */
  get key(): string {
    this.#key ??= keyOf(this.operation, this.#call);
    return this.#key;
  }

  /** False when it has ended, or the last one to wait has left. */
  get isOpen(): boolean {
    return !this.#isOver && !this.#ending.signal.aborted;
  }

  get ageMs(): number {
    return performance.now() - this.#takenOff;
  }

  get traceId(): string {
    return this.#call.traceId;
  }

  /** As nobody: what is the same for everybody needs no viewer, and a subgraph that thinks otherwise tells nothing. */
  async fly(execute: Execute): Promise<void> {
    const { signal } = this.#ending;
    const call: Call = { ...this.#call, viewer: anonymous, address: undefined, signal };
    try {
      this.#land(await execute(this.operation, call));
    } catch (cause) {
      this.#crash(cause);
    }
  }

  board(call: Call): Promise<SubgraphResponse> {
    return new Promise((resolve, reject) => {
      const { signal } = call;
      const bail = () => this.#bail(waiter, signal.reason);
      const leave = () => signal.removeEventListener('abort', bail);
      const waiter: Waiter = { call, resolve, reject, leave };
      this.#waiters.add(waiter);
      if (signal.aborted) bail();
      else signal.addEventListener('abort', bail, { once: true });
    });
  }

  #bail(waiter: Waiter, reason: unknown): void {
    // The last one hears how the fetch itself ended.
    if (this.#waiters.size === 1) {
      this.#ending.abort(reason);
      return;
    }
    this.#waiters.delete(waiter);
    waiter.reject(new UnansweredCall(isTimeout(reason) ? 'late' : 'gone', reason));
  }

  #land(answer: SubgraphResponse): void {
    let isFirst = true;
    for (const { resolve, leave } of this.#end()) {
      leave();
      // Before anybody has written into it.
      resolve(isFirst ? answer : (copyOf(answer) as SubgraphResponse));
      isFirst = false;
    }
  }

  #crash(cause: unknown): void {
    const isLate = cause instanceof UnansweredCall && cause.reason === 'late';
    const { deadline = Number.POSITIVE_INFINITY } = this.#call;
    for (const { call, resolve, reject, leave } of this.#end()) {
      leave();
      const hasTime = !call.signal.aborted && (call.deadline ?? Number.POSITIVE_INFINITY) > deadline;
      if (isLate && hasTime) resolve(this.#ground.again(call));
      else reject(cause);
    }
  }

  /** Those who waited until now. Whoever asks anew must not board what is over. */
  #end(): Waiter[] {
    this.#isOver = true;
    this.#ground.ended(this);
    const waiters = [...this.#waiters];
    this.#waiters.clear();
    return waiters;
  }
}

/** The planner names variables, and the fields of representations, in one order: equal ones have one text. */
export function keyOf({ operationName, variables }: Operation, { headers }: Call): string {
  return JSON.stringify([operationName, variables, headers]);
}

/** Of JSON; a key "__proto__" stays a key. */
function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOf);
  if (!isJsonObject(value)) return value;
  const copy = {};
  for (const key of Object.keys(value)) setOwn(copy, key, copyOf(value[key]));
  return copy;
}
