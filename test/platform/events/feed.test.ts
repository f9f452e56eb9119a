// The feed under writers that commit in another order than the one in which they began, beside the two usual readers of an outbox, which
// fail the same test.
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { openFeed } from '../../../platform/events/feed.ts';
import { createBeginning, type FeedCursor } from '../../../platform/events/feed-cursor.ts';
import {
  createChecker,
  createFeedReader,
  createSerialReader,
  createTransactionReader,
  type Reader,
} from './readers.ts';
import { openShop, openTransaction, readVersions, type Shop, write } from './writers.ts';

let shop: Shop;
beforeEach(async () => {
  shop = await openShop(inject('adminUrl'), 1_000);
});
afterEach(() => shop.close());

/** Lets the readers read while the writers write, and once more when all have committed. */
async function readWhile(readers: readonly Reader[], work: Promise<unknown>) {
  const checkers = readers.map(createChecker);
  const readAll = (reader: Reader, index: number) =>
    reader.read().then((events) => {
      checkers[index]?.add(events);
      return events.length;
    });
  let isWriting = true;
  const ended = work.finally(() => {
    isWriting = false;
  });
  const reading = readers.map(async (reader, index) => {
    while (isWriting) await readAll(reader, index);
    while ((await readAll(reader, index)) > 0);
  });
  await ended;
  await Promise.all(reading);
  const committed = await readVersions(shop);
  return checkers.map((checker) => checker.finish(committed));
}

test('skips no event and keeps the order of each subject, where a serial cursor skips and a transaction id inverts', async () => {
  const readers = [createFeedReader(shop), createSerialReader(shop), createTransactionReader(shop)];
  const [feed, serial, transaction] = await readWhile(
    readers,
    write(shop, { writers: 32, transactions: 60, seed: 1 }),
  );
  expect(feed).toMatchObject({ outOfOrder: 0, skipped: 0, doubled: 0 });
  expect(feed?.events).toBeGreaterThan(2_000);
  expect(serial?.skipped).toBeGreaterThan(0);
  expect(transaction?.outOfOrder).toBeGreaterThan(0);
});

test('passes a transaction that stays open, and brings its event when it commits', async () => {
  const [held = '', ...others] = shop.subjects;
  const open = await openTransaction(shop, held);
  const [feed, transaction] = [createFeedReader(shop), createTransactionReader(shop)];
  await write({ ...shop, subjects: others }, { writers: 4, transactions: 20, seed: 2 });
  const [inFeed, inTransaction] = await readWhile([feed, transaction], Promise.resolve());
  expect(inFeed).toMatchObject({ outOfOrder: 0, skipped: 0, doubled: 0 });
  expect(inTransaction?.events, 'the mutant waits for the open transaction').toBe(0);
  await open.commit();
  expect(await feed.read()).toMatchObject([{ subject: held, version: 1 }]);
  expect(await feed.read()).toEqual([]);
});

test('reads a pair of snapshots in pages, of the wanted types only', async () => {
  await write(shop, { writers: 1, transactions: 30, seed: 3 });
  const feed = openFeed(shop.db, 'shop', 7);
  const readTypes = async (types: readonly string[] | null) => {
    let after = createBeginning(Date.now());
    const ids = [];
    for (;;) {
      const page = await feed.readPage({ after, types, limit: 7 });
      expect(page.events.length).toBeLessThanOrEqual(7);
      ids.push(...page.events.map(({ id }) => id));
      after = page.cursor;
      if (!page.isMore) return ids;
    }
  };
  const all = await readTypes(null);
  expect(new Set(all).size).toBe(all.length);
  expect(all.length).toBeGreaterThan(30);
  expect(await readTypes(['subject.changed', 'other'])).toEqual(all);
  expect(await readTypes(['other'])).toEqual([]);
});

test('reads only the events of a page from the beginning, and only new events at the end', async () => {
  await shop.db.query(
    `INSERT INTO shop.event (type, subject, version, data) SELECT 'subject.changed', uuidv7(), 1, '{}' FROM generate_series(1, 20000)`,
  );
  const runner = shop.db.createQueryRunner();
  const feed = openFeed(runner, 'shop', 7);
  const countRows = async (): Promise<number> => {
    const [row] = await runner.query(`SELECT sum(seq_tup_read + coalesce(idx_tup_fetch, 0))::integer AS rows
      FROM pg_stat_xact_user_tables WHERE schemaname = 'shop'`);
    return row.rows;
  };
  const readCounted = async (after: FeedCursor) => {
    const before = await countRows();
    const { events, cursor } = await feed.readPage({ after, types: null, limit: 100 });
    return { cursor, events: events.length, rows: (await countRows()) - before };
  };
  // PostgreSQL counts the rows that a transaction reads. Each statement in it has a snapshot of its own.
  await runner.query('BEGIN');
  // Statistics of the table are missing, as on the first day, or there, as later.
  for (const prepare of ['SELECT', 'ANALYZE shop.event']) {
    await runner.query(prepare);
    const first = await readCounted(createBeginning(Date.now()));
    const second = await readCounted(first.cursor);
    for (const { events, rows } of [first, second]) {
      expect(events).toBe(100);
      expect(rows).toBeLessThan(200);
    }
    const end = await feed.readEnd();
    const { commit } = await openTransaction(shop, shop.subjects[0] ?? '');
    await commit();
    const news = await readCounted(end);
    expect(news.events).toBe(1);
    expect(news.rows).toBeLessThan(10);
  }
  await runner.query('COMMIT');
  await runner.release();
});

test('refuses a cursor after which events may be gone, and one that is ahead of the database', async () => {
  const feed = openFeed(shop.db, 'shop', 7);
  const read = (after: ReturnType<typeof createBeginning>) =>
    feed.readPage({ after, types: null, limit: 10 });
  const old = createBeginning(Date.now() - 8 * 86_400_000);
  await expect(read(old)).rejects.toMatchObject({ code: 'FEED_CURSOR_EXPIRED' });
  const within = createBeginning(Date.now() - 6.9 * 86_400_000);
  await expect(read(within)).resolves.toMatchObject({ events: [] });
  const ahead = { ...createBeginning(Date.now()), seen: '900000000000:900000000000:' };
  await expect(read(ahead)).rejects.toMatchObject({ code: 'FEED_CURSOR_AHEAD' });
  const end = await feed.readEnd();
  await expect(read(end)).resolves.toMatchObject({ events: [] });
  const ofAnotherServer = { ...end, timeline: '1/00000001' };
  await expect(read(ofAnotherServer)).rejects.toMatchObject({ code: 'FEED_CURSOR_AHEAD' });
});
