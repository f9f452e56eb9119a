// Values that an execution waits for: promises of resolvers, and the objects and lists around them. With promises, each level of
// the response would cost a turn of the microtask queue. Here a level costs a call, and only promises of resolvers are awaited.

type Listener = (value: unknown) => void;
/** Returns a value or a Pending. Throws an error. */
type Continuation = (value: unknown) => unknown;

/**
 * A value that is not there yet. It depends on a real promise, so it never settles before the current synchronous code has
 * ended. The code that receives it must listen at once, or never. It has one listener.
 */
export class Pending {
  #onSettled: Listener | undefined;
  #onFailed: Listener | undefined;

  /** Passes the value of the promise to `next`, and every error, also one of `next`, to `recover`. */
  static fromPromise(promised: PromiseLike<unknown>, next: Continuation, recover: Continuation): Pending {
    const pending = new Pending();
    Promise.resolve(promised).then(
      (value) => pending.#continue(next, value, recover),
      (cause) => pending.#continue(recover, cause),
    );
    return pending;
  }

  /** The same for the value of this Pending. */
  chain(next: Continuation, recover: Continuation): Pending {
    const pending = new Pending();
    this.listen(
      (value) => pending.#continue(next, value, recover),
      (cause) => pending.#continue(recover, cause),
    );
    return pending;
  }

  /** The same value, or the result of `recover` for an error. */
  recover(recover: Continuation): Pending {
    const pending = new Pending();
    this.listen(
      (value) => pending.settle(value),
      (cause) => pending.#continue(recover, cause),
    );
    return pending;
  }

  listen(settled: Listener, failed: Listener): void {
    this.#onSettled = settled;
    this.#onFailed = failed;
  }

  settle(value: unknown): void {
    const listener = this.#onSettled;
    this.#removeListeners();
    listener?.(value);
  }

  /** A later call of settle or fail has no effect. */
  fail(cause: unknown): void {
    const listener = this.#onFailed;
    this.#removeListeners();
    listener?.(cause);
  }

  #continue(continuation: Continuation, value: unknown, recover?: Continuation): void {
    let result: unknown;
    try {
      result = continuation(value);
    } catch (cause) {
      if (recover === undefined) this.fail(cause);
      else this.#continue(recover, cause);
      return;
    }
    if (!(result instanceof Pending)) this.settle(result);
    else
      result.listen(
        (later) => this.settle(later),
        (cause) => (recover === undefined ? this.fail(cause) : this.#continue(recover, cause)),
      );
  }

  #removeListeners(): void {
    this.#onSettled = undefined;
    this.#onFailed = undefined;
  }
}

/** An object or a list with pending parts. Each part is stored when it settles, and the container settles with the last one. */
export class PendingContainer extends Pending {
  readonly #parts: Record<string | number, unknown>;
  #waitingFor = 0;
  #failure: { cause: unknown } | undefined;

  constructor(parts: object) {
    super();
    this.#parts = parts as Record<string | number, unknown>;
  }

  /** The caller sets the property at once, so that the order of properties does not depend on which part settles first. */
  waitFor(key: string | number, part: Pending): void {
    this.#waitingFor += 1;
    part.listen(
      (value) => {
        this.#parts[key] = value;
        this.#waitingFor -= 1;
        if (this.#waitingFor > 0) return;
        if (this.#failure === undefined) this.settle(this.#parts);
        else this.fail(this.#failure.cause);
      },
      (cause) => this.fail(this.#failure === undefined ? cause : this.#failure.cause),
    );
  }

  /** Fails with this error when all parts have settled, or when one of them fails. */
  failWhenSettled(cause: unknown): this {
    this.#failure = { cause };
    return this;
  }
}

export function isPromise(value: unknown): value is PromiseLike<unknown> {
  const canHaveThen = (typeof value === 'object' && value !== null) || typeof value === 'function';
  return canHaveThen && typeof (value as { then?: unknown }).then === 'function';
}
