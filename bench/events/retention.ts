// Publishes at a rate while an old snapshot is held, and empties old slots meanwhile: the table of events must gain no dead rows.
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { emptyOldSlots } from '../../platform/events/event-retention.ts';
import { slotCount } from '../../platform/events/event-table.ts';
import { publishAtRate } from './measurements.ts';
import type { Shop } from './shop.ts';

export interface Retention {
  perSecond: number;
  /** The most that were seen, of all slots together. */
  deadRows: number;
  emptied: number;
}

/** A little more than the aim of 800, so that the start of the writers does not decide. */
const wantedPerSecond = 820;
const intervalMs = 5_000;

export async function measureRetention(shop: Shop, ms: number): Promise<Retention> {
  const holder = new pg.Client({ connectionString: shop.url });
  await holder.connect();
  await holder.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT pg_current_snapshot()');
  const over = sleep(ms);
  const started = performance.now();
  const publishing = publishAtRate(shop, wantedPerSecond, over);
  let deadRows = 0;
  let emptied = 0;
  while (performance.now() - started < ms) {
    await writeOld(shop, (wantedPerSecond * intervalMs) / 1_000);
    const options = { db: shop.db, log: shop.log, subgraph: 'shop', keptDays: 7 };
    emptied += (await emptyOldSlots(options)).length;
    deadRows = Math.max(deadRows, await countDeadRows(shop));
    await sleep(Math.min(intervalMs, Math.max(0, ms - (performance.now() - started))));
  }
  const published = await publishing;
  const seconds = (performance.now() - started) / 1_000;
  deadRows = Math.max(deadRows, await countDeadRows(shop));
  await holder.end();
  return { perSecond: published / seconds, deadRows, emptied };
}

/** As many events as are published meanwhile, with the time of nine days ago. */
async function writeOld({ db }: Shop, events: number): Promise<void> {
  await db.query(
    `INSERT INTO shop.event (slot, type, subject, version, time, data)
     SELECT floor(extract(epoch FROM at) / 86400)::bigint % ${slotCount}, 'subject.changed', uuidv7(), 1, at, '{}'
     FROM (SELECT now() - interval '9 days') AS moment (at), generate_series(1, $1::integer)`,
    [events],
  );
}

async function countDeadRows({ db }: Shop): Promise<number> {
  const [row] = await db.query<{ dead: number }[]>(
    `SELECT sum(n_dead_tup)::integer AS dead FROM pg_stat_all_tables WHERE schemaname = 'shop' AND relname LIKE 'event_%'`,
  );
  return row?.dead ?? 0;
}
