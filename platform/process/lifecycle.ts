// How every process of ours lives: opens things in order, waits for Ctrl-C or SIGTERM, closes them in reverse.
// A problem at start is one sentence on standard error and exit code 1, with nothing half-started left behind.
import { OpenResources, waitForEndRequest } from './shutdown.ts';

/** Longest a stop may take before the process ends anyway, in milliseconds. */
const maxStopMs = 5_000;

export interface Lifecycle {
  resources: OpenResources;
  /** Aborts as soon as the end is requested, also while still starting. */
  endSignal: AbortSignal;
}

/** Never rejects: the process's exit code tells how it went. */
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

/** An error for people: one sentence where the cause was foreseen, the stack where it is a mistake of ours. */
export function describeError(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const { code, syscall, address, port } = cause as NodeJS.ErrnoException & {
    address?: string;
    port?: number;
  };
  if (syscall === 'listen' && code === 'EADDRINUSE') {
    return `Port ${port} of ${address} is taken by another program. Stop that one, or choose another port: PORT=${(port ?? 4000) + 1}`;
  }
  if (syscall === 'listen' && code === 'EACCES') {
    return `This user may not listen on port ${port}. Choose one above 1023, like PORT=4000`;
  }
  if (syscall === 'listen' && code === 'EADDRNOTAVAIL')
    return `This machine has no address ${address}. Correct HOST`;
  const isMistake =
    cause instanceof TypeError || cause instanceof ReferenceError || cause instanceof SyntaxError;
  return isMistake ? (cause.stack ?? cause.message) : cause.message;
}
