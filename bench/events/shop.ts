// The database of the events that the bench measures: a publisher with subjects, and a follower that writes one row for each event.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import { z } from 'zod';
import { startCluster } from '../../local/postgres/cluster.ts';
import { type ChangeHub, createChangeHub } from '../../platform/changes/change-hub.ts';
import { openDataSource } from '../../platform/database/data-source.ts';
import { createEventTable } from '../../platform/events/event-table.ts';
import { defineEvent } from '../../platform/events/event-type.ts';
import { openFeed } from '../../platform/events/feed.ts';
import { insertEvent } from '../../platform/events/insert-event.ts';
import { createReadEvents, type ReadEvents } from '../../platform/events/read-events.ts';
import { follow, handle } from '../../platform/followers/follow.ts';
import { createFollowerTables } from '../../platform/followers/follower-tables.ts';
import { startFollowers } from '../../platform/followers/start-followers.ts';
import { readEnvironment } from '../../platform/process/environment.ts';
import { type Log, openLog } from '../../platform/process/log.ts';
import type { OpenResources } from '../../platform/process/shutdown.ts';

const changed = defineEvent({ name: 'subject.changed', description: 'The subject has changed.', data: {} });

export const subjects = 10_000;

const changeSql = `UPDATE shop.subject SET version = version + 1 WHERE number = $1 RETURNING id, version`;
const publishSql = `WITH changed AS (${changeSql}), published AS (${insertEvent('shop', changed, {
  from: 'changed',
  subject: 'id',
  version: 'version',
  data: {},
})}) SELECT id, version FROM changed`;

interface Changed {
  id: string;
  version: number;
}

export interface Shop {
  url: string;
  db: DataSource;
  hub: ChangeHub;
  log: Log;
  postmaster: number;
  readEvents: ReadEvents;
  /** Changes a subject and publishes the event of it. */
  publish: (number: number) => Promise<Changed | undefined>;
  /** The same change without an event. */
  change: (number: number) => Promise<unknown>;
}

export async function openShop(folder: string, opened: OpenResources): Promise<Shop> {
  const options = { folder: join(folder, 'postgres'), password: 'password-of-the-superuser', durable: false };
  const cluster = await startCluster(options);
  opened.add('PostgreSQL', cluster.stop);
  const url = cluster.adminUrl;
  const log = openLog(readEnvironment({ LOG_LEVEL: 'error' }), 'bench');
  const db = await openPool('shop', url, 10, log);
  opened.add('the publisher', () => db.destroy());
  const runner = db.createQueryRunner();
  await runner.query('CREATE SCHEMA shop; CREATE SCHEMA library');
  await createEventTable(runner, 'shop');
  await createFollowerTables(runner, 'library');
  await runner.query('CREATE TABLE library.effect (subject uuid, version integer)');
  await runner.query(`CREATE TABLE shop.subject
    (number integer PRIMARY KEY, id uuid DEFAULT uuidv7(), version integer DEFAULT 0) WITH (fillfactor = 50)`);
  await runner.query(`INSERT INTO shop.subject (number) SELECT generate_series(1, ${subjects})`);
  await runner.release();
  const hub = createChangeHub({ isReceiving: true });
  const feed = openFeed(db, 'shop', 7);
  return {
    url,
    db,
    hub,
    log,
    postmaster: Number(readFileSync(join(cluster.folder, 'postmaster.pid'), 'utf8').split('\n')[0]),
    readEvents: createReadEvents({ publisher: 'shop', types: [changed], feed, notices: hub }),
    publish: async (number) => {
      const [row] = await db.query<Changed[]>(publishSql, [number]);
      hub.publish();
      return row;
    },
    change: (number) => db.query(changeSql, [number]),
  };
}

/** Calls `onEffects` after the commit of effects, with the events of the page. */
export async function startFollower(
  { url, log }: Shop,
  readEvents: ReadEvents,
  start: 'beginning' | 'now',
  onEffects: (events: readonly { subject: string; version: number }[]) => void,
): Promise<() => Promise<void>> {
  const db = await openPool('library', url, 2, log);
  await db.query('DELETE FROM library.follower');
  let inPage: { subject: string; version: number }[] = [];
  const writeEffects = handle({
    reads: z.object({}),
    apply: async (ctx, events) => {
      await ctx.db.query(
        'INSERT INTO library.effect (subject, version) SELECT * FROM unnest($1::uuid[], $2::integer[])',
        [events.map(({ subject }) => subject), events.map(({ version }) => version)],
      );
      inPage.push(...events);
      ctx.publishChange();
    },
  });
  const publishChange = () => {
    onEffects(inPage);
    inPage = [];
  };
  const followers = startFollowers({
    subgraph: 'library',
    followers: { effects: follow('shop', start, { [changed.name]: writeEffects }) },
    db,
    databaseUrl: url,
    ctx: { log, publishChange },
    eventsFor: () => readEvents,
  });
  return async () => {
    await followers.close();
    await db.destroy();
  };
}

/** The connections that a subgraph has: prepared statements, planned once for all values. */
async function openPool(subgraph: string, url: string, poolSize: number, log: Log): Promise<DataSource> {
  const options = {
    tables: [],
    migrations: [],
    applicationName: 'tributary bench',
    responseTimeoutMs: 60_000,
  };
  return (await openDataSource({ subgraph, url, poolSize, log, ...options })).db;
}
