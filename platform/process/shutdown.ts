// What was opened, in order, so that it closes in reverse: the door first, the databases last.
export class Opened {
  readonly #steps: { name: string; close: () => Promise<unknown> }[] = [];

  /** Remembers how to close something that is open now. */
  add(name: string, close: () => Promise<unknown>): void {
    this.#steps.push({ name, close });
  }

  /** Closes everything, newest first. One that fails does not keep the others open; the failures are returned. */
  async close(): Promise<{ name: string; cause: unknown }[]> {
    const failures: { name: string; cause: unknown }[] = [];
    for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop()) {
      try {
        await step.close();
      } catch (cause) {
        failures.push({ name: step.name, cause });
      }
    }
    return failures;
  }
}

/**
 * Resolves when the process is told to end (Ctrl-C, SIGTERM). Further signals change nothing: one Ctrl-C arrives twice
 * under npm, from the terminal and from npm, and closing has a bound of its own (see lifecycle.ts).
 */
export function endRequested(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve(signal));
  });
}
