// Empties the slots of the event table (event-table.ts) whose events have outlived their time. A slot is emptied whole, which leaves no
// dead rows and costs the same whatever it held. Every instance does it: whichever comes first.
import type { DataSource, EntityManager } from 'typeorm';
import { startBackgroundLoop } from '../process/background-loop.ts';
import type { Log } from '../process/log.ts';
import { buildSlotName, slotCount } from './event-table.ts';

/** Time between two rounds, in milliseconds. With the most of EVENTS_KEEP_DAYS there is one day to empty a slot before its next use. */
const pauseMs = 60 * 60 * 1_000;

/** How long the lock of a slot is waited for, in milliseconds. Readers of the feed wait behind it, and writers do not. */
const lockTimeoutMs = 200;

export interface RetentionOptions {
  db: DataSource;
  log: Log;
  subgraph: string;
  /** For how many days a reader may be away: EVENTS_KEEP_DAYS. */
  keptDays: number;
}

/** The returned function stops it. */
export function startEventRetention(options: RetentionOptions): () => Promise<void> {
  return startBackgroundLoop(pauseMs, options.log, async () => {
    const emptied = await emptyOldSlots(options);
    if (emptied.length > 0)
      options.log.info({ slots: emptied }, 'emptied events that have outlived their time');
    return false;
  });
}

/** Returns the numbers of the slots that were emptied. A slot that somebody reads just now is left for the next round. */
export async function emptyOldSlots({ db, log, subgraph, keptDays }: RetentionOptions): Promise<number[]> {
  const emptied: number[] = [];
  for (const slot of await findOldSlots(db, subgraph, keptDays)) {
    try {
      if (await db.transaction((tx) => emptySlot(tx, subgraph, slot, keptDays))) emptied.push(slot);
    } catch (cause) {
      log.warn({ err: cause, slot }, 'could not empty a slot of old events now; it is tried again');
    }
  }
  return emptied;
}

/** The time before which events may go. An event has the time at which its transaction began, which may be a day before its commit. */
function buildCutoffSql(keptDays: number): string {
  return `date_trunc('day', now(), 'UTC') - interval '${keptDays + 1} days'`;
}

/** All events of a slot are of one day, or of days that are ten apart. So the last one says whether the slot is old, and an index finds it. */
function buildIsOldSql(subgraph: string, slot: number, keptDays: number): string {
  const last = `SELECT time FROM ${buildSlotName(subgraph, slot)} ORDER BY position DESC LIMIT 1`;
  return `coalesce((${last}) < ${buildCutoffSql(keptDays)}, false)`;
}

async function findOldSlots(db: DataSource, subgraph: string, keptDays: number): Promise<number[]> {
  const slots = Array.from({ length: slotCount }, (_, slot) => slot);
  const looks = slots.map(
    (slot) => `SELECT ${slot} AS slot WHERE ${buildIsOldSql(subgraph, slot, keptDays)}`,
  );
  const rows: { slot: number }[] = await db.query(looks.join(' UNION ALL '));
  return rows.map(({ slot }) => slot);
}

/** Looks again when it has the lock: the day may have changed while it waited, and the slot be in use again. */
async function emptySlot(
  tx: EntityManager,
  subgraph: string,
  slot: number,
  keptDays: number,
): Promise<boolean> {
  const name = buildSlotName(subgraph, slot);
  await tx.query(`SET LOCAL lock_timeout = ${lockTimeoutMs}`);
  await tx.query(`LOCK TABLE ${name} IN ACCESS EXCLUSIVE MODE`);
  const [row]: { is_old: boolean }[] = await tx.query(
    `SELECT ${buildIsOldSql(subgraph, slot, keptDays)} AS is_old`,
  );
  if (row?.is_old !== true) return false;
  await tx.query(`TRUNCATE ${name}`);
  return true;
}
