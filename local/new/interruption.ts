// A change of the project that can be interrupted: its work ends first, with all that it has started, and puts the files back. A
// process that ended at once would leave the commands that it has started behind, which write into the project seconds later.
import { waitForEndRequest } from '../../platform/process/shutdown.ts';

/** The user, or a supervisor, has asked the process to end. The message says what has become of the files. */
export class InterruptedError extends Error {
  override name = 'InterruptedError';
  constructor(reason: string) {
    super(`interrupted (${reason}): every file is as it was before`);
  }
}

/** The files are not as they were before. The message says where copies of them are. */
export class PutBackError extends Error {
  override name = 'PutBackError';
}

/** Runs work with a signal that aborts when the process is asked to end. Then it throws InterruptedError, after the work has ended. */
export async function runInterruptibly<Result>(
  work: (interruption: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const ending = new AbortController();
  void waitForEndRequest().then((reason) => ending.abort(new InterruptedError(reason)));
  try {
    return await work(ending.signal);
  } catch (cause) {
    // Ctrl-C in a terminal also ends the processes that the work has started. Their errors follow from the interruption.
    if (ending.signal.aborted && !(cause instanceof PutBackError)) throw ending.signal.reason;
    throw cause;
  }
}
