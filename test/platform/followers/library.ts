// A follower of the events of the shop, whose effect writes one row for each event: what it did can be counted.
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { type ChangeHub, type ChangeNotices, createChangeHub } from '../../../platform/changes/change-hub.ts';
import { defineEvent } from '../../../platform/events/event-type.ts';
import { openFeed } from '../../../platform/events/feed.ts';
import { createReadEvents, type ReadEvents } from '../../../platform/events/read-events.ts';
import { type Follower, follow, handle } from '../../../platform/followers/follow.ts';
import { createFollowerTables } from '../../../platform/followers/follower-tables.ts';
import { type Followers, startFollowers } from '../../../platform/followers/start-followers.ts';
import { query } from '../../support/databases.ts';
import { silent } from '../../support/silent-log.ts';
import { openShop, openTransaction, type Shop } from '../events/writers.ts';

const changed = defineEvent({ name: 'subject.changed', description: 'The subject has changed.', data: {} });

export interface Library {
  shop: Shop;
  hub: ChangeHub;
  readEvents: ReadEvents;
  /** Starts another instance. Each is closed with the library. */
  startInstance: (options?: { follower?: Follower; readEvents?: ReadEvents }) => Promise<Followers>;
  /** Publishes an event of the subject. */
  publish: (subject: string | undefined) => Promise<void>;
  /** The effects in their order. */
  readEffects: () => Promise<{ subject: string; version: number }[]>;
  /** Makes the effect fail for a subject, until it is called without one. */
  failFor: (subject: string | undefined) => Promise<void>;
  sql: (text: string, params?: unknown[]) => Promise<Record<string, unknown>[]>;
  close: () => Promise<void>;
}

/** Its effect fails for the subject in the table `poison`. */
export const writeEffects = handle({
  reads: z.object({}),
  apply: async ({ db }, events) => {
    await db.query(
      `INSERT INTO library.effect (subject, version) SELECT * FROM unnest($1::uuid[], $2::integer[])`,
      [events.map(({ subject }) => subject), events.map(({ version }) => version)],
    );
    const [poison] = await db.query<unknown[]>('SELECT FROM library.poison WHERE subject = ANY ($1)', [
      events.map(({ subject }) => subject),
    ]);
    if (poison !== undefined) throw new Error('the effect fails');
  },
});

export const fromBeginning = follow('shop', 'beginning', { 'subject.changed': writeEffects });

export async function openLibrary(adminUrl: string): Promise<Library> {
  const shop = await openShop(adminUrl, 50);
  const runner = shop.db.createQueryRunner();
  await runner.query('CREATE SCHEMA library');
  await createFollowerTables(runner, 'library');
  await runner.query(
    'CREATE TABLE library.effect (number serial, subject uuid, version integer, backend integer DEFAULT pg_backend_pid())',
  );
  await runner.query('CREATE TABLE library.poison (subject uuid)');
  await runner.release();
  const hub = createChangeHub({ isReceiving: true });
  const readEvents = createReadShop(shop.db, hub);
  const closers: (() => Promise<unknown>)[] = [];
  const sql: Library['sql'] = (text, params) => query(shop.url, text, params);
  return {
    shop,
    hub,
    readEvents,
    sql,
    startInstance: async ({ follower = fromBeginning, readEvents: read = readEvents } = {}) => {
      const instance = await startLibraryInstance(shop.url, read, follower);
      closers.push(instance.close);
      return instance;
    },
    publish: async (subject = '') => {
      const { commit } = await openTransaction(shop, subject);
      await commit();
      hub.publish();
    },
    readEffects: async () => {
      const rows = await sql('SELECT subject, version FROM library.effect ORDER BY number');
      return rows as { subject: string; version: number }[];
    },
    failFor: async (subject) => {
      await sql('DELETE FROM library.poison');
      if (subject !== undefined) await sql('INSERT INTO library.poison VALUES ($1)', [subject]);
    },
    close: async () => {
      for (const close of closers) await close();
      await shop.close();
    },
  };
}

/** Reads the events of the shop. */
export function createReadShop(db: DataSource, notices: ChangeNotices): ReadEvents {
  return createReadEvents({ publisher: 'shop', types: [changed], feed: openFeed(db, 'shop', 7), notices });
}

/** Starts an instance of the follower, with connections of its own. */
export async function startLibraryInstance(
  url: string,
  readEvents: ReadEvents,
  follower = fromBeginning,
): Promise<Followers> {
  const db = new DataSource({ type: 'postgres', url, poolSize: 2 });
  await db.initialize();
  const followers = startFollowers({
    subgraph: 'library',
    followers: { effects: follower },
    db,
    databaseUrl: url,
    ctx: { log: silent, publishChange: () => {} },
    eventsFor: () => readEvents,
    retries: { firstPauseMs: 20, maxAttempts: 3 },
  });
  let isClosed = false;
  const close = async () => {
    if (isClosed) return;
    isClosed = true;
    await followers.close();
    await db.destroy();
  };
  return { ...followers, close };
}
