// One fetch for several callers that ask for the same at the same time. Each caller waits until its own deadline and gets a
// response object of its own, because the executor writes into it. The fetch is aborted when no caller waits for it any more.

import type { Call, Execute, Operation, SubgraphResponse } from '../../platform/calls/call.ts';
import { isTimeout } from '../../platform/calls/deadline.ts';
import { UnansweredCall } from '../../platform/calls/resilience.ts';
import { anonymous } from '../../platform/identity/viewer.ts';
import { isJsonObject, setOwn } from '../json-object.ts';

interface Waiter {
  call: Call;
  resolve: (response: SubgraphResponse | Promise<SubgraphResponse>) => void;
  reject: (cause: unknown) => void;
  stopListening: () => void;
}

export interface SharedFetchHooks {
  /** Fetches again for a caller that still has time when the first caller's deadline has passed. */
  retry: (call: Call) => Promise<SubgraphResponse>;
  /** Called before the waiting callers get the response. */
  onEnd: (fetch: SharedFetch) => void;
}

export class SharedFetch {
  readonly operation: Operation;
  /** What `freshness.getVersion` returned when the fetch was started. */
  readonly version: number;
  readonly #call: Call;
  readonly #waiters = new Set<Waiter>();
  readonly #abortion = new AbortController();
  readonly #hooks: SharedFetchHooks;
  #key: string | undefined;
  readonly #startedAt = performance.now();
  #isOver = false;

  constructor(operation: Operation, call: Call, version: number, hooks: SharedFetchHooks) {
    this.operation = operation;
    this.version = version;
    this.#call = call;
    this.#hooks = hooks;
  }

  /** Built for the second caller, not before: most fetches end without one. */
  get key(): string {
    this.#key ??= buildFetchKey(this.operation, this.#call);
    return this.#key;
  }

  /** False after the fetch has ended, and after its last caller has left. */
  get isOpen(): boolean {
    return !this.#isOver && !this.#abortion.signal.aborted;
  }

  get ageMs(): number {
    return performance.now() - this.#startedAt;
  }

  get traceId(): string {
    return this.#call.traceId;
  }

  /** Sends the fetch without a viewer. If a subgraph needs one after all, it refuses, and no viewer's data is shared. */
  async send(execute: Execute): Promise<void> {
    const { signal } = this.#abortion;
    const call: Call = { ...this.#call, viewer: anonymous, address: undefined, signal };
    try {
      this.#resolveAll(await execute(this.operation, call));
    } catch (cause) {
      this.#rejectAll(cause);
    }
  }

  join(call: Call): Promise<SubgraphResponse> {
    return new Promise((resolve, reject) => {
      const { signal } = call;
      const leave = () => this.#leave(waiter, signal.reason);
      const stopListening = () => signal.removeEventListener('abort', leave);
      const waiter: Waiter = { call, resolve, reject, stopListening };
      this.#waiters.add(waiter);
      if (signal.aborted) leave();
      else signal.addEventListener('abort', leave, { once: true });
    });
  }

  #leave(waiter: Waiter, reason: unknown): void {
    // The last caller aborts the fetch, and is rejected with the error of the fetch itself.
    if (this.#waiters.size === 1) {
      this.#abortion.abort(reason);
      return;
    }
    this.#waiters.delete(waiter);
    waiter.reject(new UnansweredCall(isTimeout(reason) ? 'late' : 'gone', reason));
  }

  #resolveAll(response: SubgraphResponse): void {
    let isFirst = true;
    for (const { resolve, stopListening } of this.#end()) {
      stopListening();
      // The copies are made here, before the first caller can write into the response.
      resolve(isFirst ? response : (copyJson(response) as SubgraphResponse));
      isFirst = false;
    }
  }

  #rejectAll(cause: unknown): void {
    const isLate = cause instanceof UnansweredCall && cause.reason === 'late';
    const { deadline = Number.POSITIVE_INFINITY } = this.#call;
    for (const { call, resolve, reject, stopListening } of this.#end()) {
      stopListening();
      const hasTime = !call.signal.aborted && (call.deadline ?? Number.POSITIVE_INFINITY) > deadline;
      if (isLate && hasTime) resolve(this.#hooks.retry(call));
      else reject(cause);
    }
  }

  /** Closes the fetch, so that a retry cannot join it, and returns the callers that still wait. */
  #end(): Waiter[] {
    this.#isOver = true;
    this.#hooks.onEnd(this);
    const waiters = [...this.#waiters];
    this.#waiters.clear();
    return waiters;
  }
}

/** The planner writes variables, and the fields of representations, in one order: equal fetches have equal keys. */
export function buildFetchKey({ operationName, variables }: Operation, { headers }: Call): string {
  return JSON.stringify([operationName, variables, headers]);
}

/** Copies a JSON value; a key "__proto__" stays a key. */
function copyJson(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyJson);
  if (!isJsonObject(value)) return value;
  const copy = {};
  for (const key of Object.keys(value)) setOwn(copy, key, copyJson(value[key]));
  return copy;
}
