// The resources that a process has open. They close in the reverse order of opening: the server first, the databases last.
export class OpenResources {
  readonly #entries: { name: string; close: () => Promise<unknown> }[] = [];

  /** Adds a resource that is open now, with the function that closes it. */
  add(name: string, close: () => Promise<unknown>): void {
    this.#entries.push({ name, close });
  }

  /** Closes all resources, the newest first. A failure does not keep the other resources open; all failures are returned. */
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
 * Resolves when a signal requests the end of the process (Ctrl-C, SIGTERM). Further signals change nothing: under npm, one
 * Ctrl-C arrives twice, from the terminal and from npm. lifecycle.ts limits how long a stop takes.
 */
export function waitForEndRequest(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve(signal));
  });
}
