// Old events leave by whole slots, while others are written and read.
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { emptyOldSlots } from '../../../platform/events/event-retention.ts';
import { slotCount } from '../../../platform/events/event-table.ts';
import { readEnvironment } from '../../../platform/process/environment.ts';
import { silent } from '../../support/silent-log.ts';
import { openShop, type Shop } from './writers.ts';

let shop: Shop;
beforeEach(async () => {
  shop = await openShop(inject('adminUrl'), 1);
});
afterEach(() => shop.close());

/** Writes an event as if its transaction had begun some days ago. */
async function writeAgo(days: number): Promise<void> {
  await shop.db.query(
    `INSERT INTO shop.event (slot, type, subject, version, time, data)
     SELECT floor(extract(epoch FROM at) / 86400)::bigint % ${slotCount}, 'subject.changed', $1, 1, at, '{}'
     FROM (SELECT date_trunc('day', now(), 'UTC') - make_interval(days => $2)) AS moment (at)`,
    [randomUUID(), days],
  );
}

const readDays = async (): Promise<number[]> => {
  const rows: { days: number }[] = await shop.db.query(
    `SELECT extract(day FROM date_trunc('day', now(), 'UTC') - time)::integer AS days FROM shop.event ORDER BY 1`,
  );
  return rows.map(({ days }) => days);
};

const empty = (keptDays: number) => emptyOldSlots({ db: shop.db, log: silent, subgraph: 'shop', keptDays });

test.each([
  [7, [0, 1, 2, 3, 4, 5, 6, 7, 8]],
  [1, [0, 1, 2]],
])('keeps the events of %i days, and of one more for transactions that began before', async (kept, left) => {
  for (let day = 0; day < slotCount; day += 1) await writeAgo(day);
  expect(await empty(kept)).toHaveLength(slotCount - left.length);
  expect(await readDays()).toEqual(left);
  expect(await empty(kept)).toEqual([]);
});

test('has a slot for each day that EVENTS_KEEP_DAYS may ask for, for one more, for today and for tomorrow', () => {
  const read = (days: number) => readEnvironment({ EVENTS_KEEP_DAYS: String(days) }).EVENTS_KEEP_DAYS;
  expect(read(slotCount - 3)).toBe(slotCount - 3);
  expect(() => read(slotCount - 2)).toThrow('EVENTS_KEEP_DAYS');
});

test('leaves a slot that is being read for the next round, and leaves no dead row behind', async () => {
  await writeAgo(9);
  const reader = new pg.Client({ connectionString: shop.url });
  await reader.connect();
  await reader.query('BEGIN; SELECT * FROM shop.event');
  expect(await empty(7)).toEqual([]);
  expect(await readDays()).toEqual([9]);
  await reader.query('COMMIT');
  await reader.end();
  expect(await empty(7)).toHaveLength(1);
  const [row] = await shop.db.query(`SELECT sum(pg_relation_size(inhrelid)) AS bytes FROM pg_inherits
    WHERE inhparent = 'shop.event'::regclass`);
  expect(row).toEqual({ bytes: '0' });
});
