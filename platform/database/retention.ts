// Deletes rows that have outlived their time, in the background: a batch at a time, so that no statement is long and no lock is held for long.
// Any number of instances may do it at once, because the statements skip rows that another one has locked.
import type { DataSource } from 'typeorm';
import { startBackgroundLoop } from '../process/background-loop.ts';
import type { Log } from '../process/log.ts';

/** Maximum number of rows that one statement deletes. */
export const maxRowsDeleted = 500;

/** Deletes one batch, of at most `maxRowsDeleted` rows. Returns their number. */
export type DeleteBatch = (db: DataSource) => Promise<number>;

/**
 * Starts to delete, with one statement for each kind of rows, and the next round after the pause: at once when a batch was full. With a
 * pause of 0 milliseconds nothing is deleted. The returned function stops it.
 */
export function startRetention(
  { db, log }: { db: DataSource; log: Log },
  pauseMs: number,
  deletions: Readonly<Record<string, DeleteBatch>>,
): () => Promise<void> {
  if (pauseMs === 0) return async () => {};
  return startBackgroundLoop(pauseMs, log, async (signal) => {
    let isMore = false;
    for (const [rows, deleteBatch] of Object.entries(deletions)) {
      if (signal.aborted) return false;
      const deleted = await deleteBatch(db);
      if (deleted > 0) log.info({ rows, deleted }, 'deleted rows that have outlived their time');
      isMore ||= deleted === maxRowsDeleted;
    }
    return isMore;
  });
}
