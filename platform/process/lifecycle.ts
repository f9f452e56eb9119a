// The lifecycle of every process: it opens resources in order, waits for Ctrl-C or SIGTERM, and closes them in reverse order.
// A problem at start becomes one sentence on standard error and exit code 1, and closes the resources that are open already.
import { OpenResources, waitForEndRequest } from './shutdown.ts';

/** How long a stop may take before the process ends without waiting any longer. */
const maxStopMs = 5_000;

export interface Lifecycle {
  resources: OpenResources;
  /** Aborts when the end is requested, also during the start. */
  endSignal: AbortSignal;
}

/** Never rejects: the exit code of the process tells whether it failed. */
export async function runUntilEnd(start: (lifecycle: Lifecycle) => Promise<void>): Promise<void> {
  const resources = new OpenResources();
  const ending = new AbortController();
  const end = waitForEndRequest().then(() => ending.abort());
  try {
    await start({ resources, endSignal: ending.signal });
    await end;
  } catch (cause) {
    if (!ending.signal.aborted) {
      process.stderr.write(`${describeError(cause)}\n`);
      process.exitCode = 1;
    }
  }
  setTimeout(() => process.exit(process.exitCode ?? 1), maxStopMs).unref();
  for (const { name, cause } of await resources.close()) {
    process.stderr.write(`${name} did not close: ${describeError(cause)}\n`);
    process.exitCode = 1;
  }
  process.exit();
}

/** Describes an error for people: an expected problem in one sentence, a programming error with its stack. */
export function describeError(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const { code, syscall, address, port } = cause as NodeJS.ErrnoException & {
    address?: string;
    port?: number;
  };
  if (syscall === 'listen' && code === 'EADDRINUSE') {
    return `Port ${port} of ${address} is in use by another program. Stop that program, or choose another port: PORT=${(port ?? 4000) + 1}`;
  }
  if (syscall === 'listen' && code === 'EACCES') {
    return `This user may not listen on port ${port}. Choose a port above 1023, like PORT=4000`;
  }
  if (syscall === 'listen' && code === 'EADDRNOTAVAIL')
    return `This machine has no address ${address}. Correct HOST`;
  const isProgrammingError =
    cause instanceof TypeError || cause instanceof ReferenceError || cause instanceof SyntaxError;
  return isProgrammingError ? (cause.stack ?? cause.message) : cause.message;
}
