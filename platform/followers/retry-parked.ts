// Tries the effects of parked events again, the first one of each subject, until they succeed or an operator has to look.
import { describeCause, type FollowerRun, inTransaction, isTransient, tryEffect } from './apply-page.ts';

/** Returns false when no parked event is due. */
export async function retryOneParked(run: FollowerRun): Promise<boolean> {
  const { name, statements, retries } = run;
  return inTransaction(run, async (tx, ctx) => {
    const [due] = await statements.findDue.run(tx, [name]);
    if (due === undefined) return false;
    const { subject, version, event } = due;
    const cause = await tryEffect(run, tx, ctx, event);
    if (cause === undefined) {
      await statements.unpark.run(tx, [name, subject, version]);
      return true;
    }
    const attempts = due.attempts + (isTransient(cause) ? 0 : 1);
    const isLast = attempts >= retries.maxAttempts;
    const pauseMs = isLast ? null : retries.firstPauseMs * 2 ** Math.max(0, attempts - 1);
    await statements.postpone.run(tx, [name, subject, version, attempts, describeCause(cause), pauseMs]);
    if (isLast)
      ctx.log.error(
        { err: cause, follower: name, event: event.id, type: event.type },
        'an event is parked: its effect fails, and it waits for an operator, as do later events of its subject',
      );
    return true;
  });
}
