// What an execution waits for: what resolvers promised, and the objects and lists around it. A promise costs a turn of the
// microtask queue at every level above it; here a level is a call, and only what a resolver returned is ever awaited.

type Listener = (value: unknown) => void;
/** Answers a value, or one that is pending; throws what failed. */
type Step = (value: unknown) => unknown;

/**
 * A value that is not there yet. It comes from a real promise, so never before control has gone back to the event loop: whoever
 * is handed one listens at once, or never.
 */
export class Pending {
  #settled: Listener | undefined;
  #failed: Listener | undefined;

  /** What `next` makes of a promised value. Whatever fails on the way is handed to `rescue`. */
  static of(promised: PromiseLike<unknown>, next: Step, rescue: Step): Pending {
    const pending = new Pending();
    Promise.resolve(promised).then(
      (value) => pending.#go(next, value, rescue),
      (cause) => pending.#go(rescue, cause),
    );
    return pending;
  }

  /** The same, once this value is there. */
  after(next: Step, rescue: Step): Pending {
    const pending = new Pending();
    this.when(
      (value) => pending.#go(next, value, rescue),
      (cause) => pending.#go(rescue, cause),
    );
    return pending;
  }

  /** The same value, or what `rescue` makes of the failure. */
  rescued(rescue: Step): Pending {
    const pending = new Pending();
    this.when(
      (value) => pending.settle(value),
      (cause) => pending.#go(rescue, cause),
    );
    return pending;
  }

  when(settled: Listener, failed: Listener): void {
    this.#settled = settled;
    this.#failed = failed;
  }

  settle(value: unknown): void {
    const listener = this.#settled;
    this.#forget();
    listener?.(value);
  }

  /** Whatever comes after it changes nothing. */
  fail(cause: unknown): void {
    const listener = this.#failed;
    this.#forget();
    listener?.(cause);
  }

  #go(step: Step, value: unknown, rescue?: Step): void {
    let made: unknown;
    try {
      made = step(value);
    } catch (cause) {
      if (rescue === undefined) this.fail(cause);
      else this.#go(rescue, cause);
      return;
    }
    if (!(made instanceof Pending)) this.settle(made);
    else
      made.when(
        (later) => this.settle(later),
        (cause) => (rescue === undefined ? this.fail(cause) : this.#go(rescue, cause)),
      );
  }

  #forget(): void {
    this.#settled = undefined;
    this.#failed = undefined;
  }
}

/** An object or a list of which parts are pending: each is put in its place, and with the last one the whole is there. */
export class Whole extends Pending {
  readonly #parts: Record<string | number, unknown>;
  #left = 0;
  #doomed: { cause: unknown } | undefined;

  constructor(parts: object) {
    super();
    this.#parts = parts as Record<string | number, unknown>;
  }

  /** The place is there already, so that the order of places is not that of arrivals. */
  expect(place: string | number, part: Pending): void {
    this.#left += 1;
    part.when(
      (value) => {
        this.#parts[place] = value;
        this.#left -= 1;
        if (this.#left > 0) return;
        if (this.#doomed === undefined) this.settle(this.#parts);
        else this.fail(this.#doomed.cause);
      },
      (cause) => this.fail(this.#doomed === undefined ? cause : this.#doomed.cause),
    );
  }

  /** Fails with this, once nothing is under way any more. */
  doom(cause: unknown): this {
    this.#doomed = { cause };
    return this;
  }
}

export function isPromise(value: unknown): value is PromiseLike<unknown> {
  const mayBe = (typeof value === 'object' && value !== null) || typeof value === 'function';
  return mayBe && typeof (value as { then?: unknown }).then === 'function';
}
