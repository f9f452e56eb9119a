// Three readers of the same events: the feed, and the two usual ways to read an outbox, which lose events or invert them.

import { openFeed } from '../../../platform/events/feed.ts';
import { createBeginning } from '../../../platform/events/feed-cursor.ts';
import type { Shop } from './writers.ts';

interface ReadEvent {
  subject: string;
  version: number;
}

export interface Reader {
  /** Returns the next events, or none when the reader believes that it has all of them. */
  read: () => Promise<readonly ReadEvent[]>;
}

const pageSize = 200;

export function createFeedReader({ db }: Shop): Reader {
  const feed = openFeed(db, 'shop', 7);
  let cursor = createBeginning(Date.now());
  return {
    read: async () => {
      for (;;) {
        const page = await feed.readPage({ after: cursor, types: null, limit: pageSize });
        ({ cursor } = page);
        if (page.events.length > 0 || !page.isMore) return page.events;
      }
    },
  };
}

/** The position of the last event as the cursor. */
export function createSerialReader({ db }: Shop): Reader {
  let position = '0';
  return {
    read: async () => {
      const rows: (ReadEvent & { position: string })[] = await db.query(
        'SELECT position, subject, version FROM shop.event WHERE position > $1 ORDER BY position LIMIT $2',
        [position, pageSize],
      );
      position = rows.at(-1)?.position ?? position;
      return rows;
    },
  };
}

/** The id of the transaction and the position as the cursor, below the oldest transaction in progress. */
export function createTransactionReader({ db }: Shop): Reader {
  let after = { transaction: '0', position: '0' };
  return {
    read: async () => {
      const rows: (ReadEvent & typeof after)[] = await db.query(
        `SELECT transaction::text, position, subject, version FROM shop.event
         WHERE (transaction, position) > ($1::text::xid8, $2::bigint) AND transaction < pg_snapshot_xmin(pg_current_snapshot())
         ORDER BY event.transaction, position LIMIT $3`,
        [after.transaction, after.position, pageSize],
      );
      after = rows.at(-1) ?? after;
      return rows;
    },
  };
}

export interface Findings {
  events: number;
  /** Events whose version is not the one after the last event of their subject. */
  outOfOrder: number;
  /** Committed events that never came. */
  skipped: number;
  doubled: number;
}

/** Counts what a reader got, page by page. */
export function createChecker() {
  const seen = new Map<string, Set<number>>();
  const last = new Map<string, number>();
  const findings: Findings = { events: 0, outOfOrder: 0, skipped: 0, doubled: 0 };
  return {
    add: (events: readonly ReadEvent[]) => {
      for (const { subject, version } of events) {
        findings.events += 1;
        const versions = seen.get(subject) ?? new Set();
        seen.set(subject, versions);
        if (versions.has(version)) findings.doubled += 1;
        else if (version !== (last.get(subject) ?? 0) + 1) findings.outOfOrder += 1;
        versions.add(version);
        last.set(subject, version);
      }
    },
    finish: (committed: ReadonlyMap<string, number>): Findings => {
      for (const [subject, version] of committed)
        findings.skipped += version - (seen.get(subject)?.size ?? 0);
      return findings;
    },
  };
}
