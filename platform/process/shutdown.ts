// What was opened, in order, so that it closes in reverse: the door first, the databases last.
export class OpenResources {
  readonly #entries: { name: string; close: () => Promise<unknown> }[] = [];

  /** Remembers how to close something that is open now. */
  add(name: string, close: () => Promise<unknown>): void {
    this.#entries.push({ name, close });
  }

  /** Closes everything, newest first. One that fails does not keep the others open; the failures are returned. */
  async close(): Promise<{ name: string; cause: unknown }[]> {
    const failures: { name: string; cause: unknown }[] = [];
    for (let step = this.#entries.pop(); step !== undefined; step = this.#entries.pop()) {
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
export function waitForEndRequest(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve(signal));
  });
}
