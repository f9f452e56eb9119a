// Reads the events of a subgraph in pages. Nothing is skipped, the events of one subject come in their order, and no transaction holds a
// page up. A page is what is visible in a new snapshot and was not visible in the one before, as in PgQ:
//   nothing skipped  What commits later is not visible in the old snapshot, whenever its transaction began.
//   in order         A change of a subject waits for the lock of the change before it. So it is visible only where that change is
//                    visible, and its position, which is drawn after the lock, is greater.
//   never stalled    A transaction in progress is named in the snapshot, and no page waits for it.
// A serial number as the cursor skips slow commits. A transaction id below the oldest one in progress stalls behind every long
// transaction of the server, and inverts the events of a subject whose lock was waited for. test/platform/events/feed.test.ts shows both.
import type { DataSource } from 'typeorm';
import {
  array,
  bigint,
  type Columns,
  integer,
  jsonb,
  nullable,
  type RowOf,
  text,
  timestamptz,
  uuid,
} from '../database/column.ts';
import { oneRowStatement, statement } from '../database/statement.ts';
import { refuseFeed } from './errors.ts';
import { buildEventTableName } from './event-table.ts';
import { type FeedCursor, isBeginning, parseSnapshot } from './feed-cursor.ts';

const eventColumns = {
  /** Null on the one row of a page without events. */
  position: nullable(bigint()),
  id: uuid(),
  type: text(),
  /** The id of the entity that has changed. */
  subject: uuid(),
  /** Rises by one with each event of the subject, and begins at one. */
  version: integer(),
  time: timestamptz(),
  traceparent: nullable(text()),
  data: jsonb<unknown>(),
} satisfies Columns;

type PageRow = RowOf<typeof pageRow>;
const pageRow = { snapshot: text(), read_at: timestamptz(), timeline: text(), ...eventColumns };

export type EventRow = Omit<RowOf<typeof eventColumns>, 'position'> & { position: string };

export interface FeedPage {
  events: readonly EventRow[];
  /** Where the next page begins. */
  cursor: FeedCursor;
  /** True when the next page may have events already. */
  isMore: boolean;
}

const columns = 'position, id, type, subject, version, time, traceparent, data';

/**
 * SQL for the history that gives transaction ids their meaning: the cluster, and its timeline, which changes when a backup is restored or a standby
 * takes over. In another history the same ids are of other transactions, so that a snapshot would hide events that nobody has seen.
 */
const timelineSql = `(SELECT system_identifier FROM pg_control_system()) || '/' || left(pg_walfile_name(pg_current_wal_lsn()), 8)`;

/** The row of the snapshot comes back also when no event does. */
function buildPageSql(events: string): string {
  return `SELECT pg_current_snapshot()::text AS snapshot, now() AS read_at, ${timelineSql} AS timeline, ${columns}
    FROM (SELECT) AS always LEFT JOIN LATERAL (${events}) AS event ON true ORDER BY position`;
}

/** The statements of the feed of one subgraph. */
function buildFeedStatements(subgraph: string) {
  const table = buildEventTableName(subgraph);
  return {
    /**
     * The first events of a new pair of snapshots: those of transactions that began after the old snapshot, and of those that were in
     * progress in it. Both are ranges of an index. OFFSET 0 keeps the planner from walking through all positions instead.
     */
    first: statement({
      text: buildPageSql(`SELECT ${columns} FROM (
          SELECT ${columns}, transaction FROM ${table} WHERE transaction >= $1::text::xid8
          UNION ALL
          SELECT ${columns}, transaction FROM ${table} WHERE transaction = ANY ($2::text[]::xid8[]) OFFSET 0
        ) AS unseen WHERE pg_visible_in_snapshot(transaction, pg_current_snapshot()) AND ($3::text[] IS NULL OR type = ANY ($3)) ORDER BY position LIMIT $4`),
      params: [text(), array(text()), nullable(array(text())), integer()],
      row: pageRow,
    }),
    /** The events after a position, of a pair of snapshots that has more than one page. */
    next: statement({
      text: buildPageSql(`SELECT ${columns} FROM ${table}
        WHERE position > $1 AND pg_visible_in_snapshot(transaction, $3::text::pg_snapshot)
          AND NOT pg_visible_in_snapshot(transaction, $2::text::pg_snapshot)
          AND ($4::text[] IS NULL OR type = ANY ($4)) ORDER BY position LIMIT $5`),
      params: [bigint(), text(), text(), nullable(array(text())), integer()],
      row: pageRow,
    }),
  };
}

const endStatement = oneRowStatement({
  text: `SELECT pg_current_snapshot()::text AS snapshot, now() AS read_at, ${timelineSql} AS timeline`,
  row: { snapshot: text(), read_at: timestamptz(), timeline: text() },
});

export interface PageRequest {
  after: FeedCursor;
  /** Null for all types. */
  types: readonly string[] | null;
  /** Maximum number of events. */
  limit: number;
}

export interface Feed {
  /**
   * Reads a page with one statement, and the very first one with two. Refusals: FEED_CURSOR_EXPIRED when events after the cursor may be gone, FEED_CURSOR_AHEAD when
   * the database is older than the cursor.
   */
  readPage: (request: PageRequest) => Promise<FeedPage>;
  /** The cursor after all events that are committed. */
  readEnd: () => Promise<FeedCursor>;
}

/** The feed of one subgraph. `keptDays` says for how many days a reader may be away: EVENTS_KEEP_DAYS. */
export function openFeed(db: Pick<DataSource, 'query'>, subgraph: string, keptDays: number): Feed {
  const { first, next } = buildFeedStatements(subgraph);
  const readEnd = async (): Promise<FeedCursor> => {
    const [{ snapshot, read_at, timeline }] = await endStatement.run(db);
    return { seen: snapshot, until: undefined, position: '0', seenAt: read_at.getTime(), timeline };
  };
  /** Without an earlier snapshot every event is unseen: the index of positions has them in order, and `first` would sort all of them. */
  const findStart = async (after: FeedCursor): Promise<FeedCursor> => {
    if (!isBeginning(after)) return after;
    const { seen, timeline } = await readEnd();
    return { ...after, until: seen, timeline };
  };
  return {
    readPage: async ({ after: wanted, types, limit }) => {
      const after = await findStart(wanted);
      const { seen, until, position } = after;
      const { xmax, inProgress } = parseSnapshot(seen);
      const rows =
        until === undefined
          ? await first.run(db, [xmax, inProgress, types, limit])
          : await next.run(db, [position, seen, until, types, limit]);
      const [row] = rows;
      if (row === undefined) throw new Error('a page of a feed has no row');
      refuseUnreadable(after, row, keptDays);
      return buildPage(after, row, rows.filter(isEvent), limit);
    },
    readEnd,
  };
}

function isEvent(row: PageRow): row is PageRow & { position: string } {
  return row.position !== null;
}

/** A full page may have more events of the same pair of snapshots. Otherwise the next pair begins with the newer one of this pair. */
function buildPage(
  after: FeedCursor,
  { snapshot, read_at, timeline }: PageRow,
  events: readonly EventRow[],
  limit: number,
): FeedPage {
  const { until = snapshot } = after;
  const last = events.at(-1);
  if (last !== undefined && events.length === limit)
    return { events, cursor: { ...after, until, position: last.position }, isMore: true };
  const isFirst = after.until === undefined;
  const seenAt = isFirst ? read_at.getTime() : after.seenAt;
  return {
    events,
    cursor: { seen: until, until: undefined, position: '0', seenAt, timeline },
    isMore: !isFirst,
  };
}

function refuseUnreadable(
  { seen, seenAt, timeline }: FeedCursor,
  { snapshot, read_at, timeline: current }: PageRow,
  keptDays: number,
): void {
  if (read_at.getTime() - seenAt > keptDays * 86_400_000)
    throw refuseFeed('FEED_CURSOR_EXPIRED', { keptDays });
  const isAhead = BigInt(parseSnapshot(seen).xmax) > BigInt(parseSnapshot(snapshot).xmax);
  if (isAhead || (timeline !== '' && timeline !== current)) throw refuseFeed('FEED_CURSOR_AHEAD');
}
