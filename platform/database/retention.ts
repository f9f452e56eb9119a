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
 * Starts to delete, with a loop for each kind of rows, so that one that fails stops no other. The next round comes after the pause, or at
 * once when a batch was full. With a pause of 0 milliseconds nothing is deleted. The returned function stops it.
 */
export function startRetention(
  { db, log }: { db: DataSource; log: Log },
  pauseMs: number,
  deletions: Readonly<Record<string, DeleteBatch>>,
): () => Promise<void> {
  if (pauseMs === 0) return async () => {};
  const stops = Object.entries(deletions).map(([rows, deleteBatch]) => {
    const ownLog = log.child({ rows });
    return startBackgroundLoop(pauseMs, ownLog, async () => {
      const deleted = await deleteBatch(db);
      if (deleted > 0) ownLog.info({ deleted }, 'deleted rows that have outlived their time');
      return deleted === maxRowsDeleted;
    });
  });
  return async () => {
    await Promise.all(stops.map((stop) => stop()));
  };
}
