// Where a reader of a feed is: which events it has seen. It has all that is visible in the snapshot `seen`. Of what is visible in `until`
// and not in `seen`, it has the events up to `position`. One number cannot say this, because transactions do not commit in the order
// of their ids.
import { z } from 'zod';
import { refuseFeed } from './errors.ts';

export interface FeedCursor {
  /** A snapshot of PostgreSQL, as text: xmin:xmax:xip,… */
  seen: string;
  /** The snapshot of the page that is being read; undefined between two pairs of snapshots. */
  until: string | undefined;
  /** The last position that was read of that pair: decimal digits. */
  position: string;
  /** The history to which the snapshots belong: see `timelineSql` in feed.ts. Empty at the beginning. */
  timeline: string;
  /** When `seen` was taken, on the clock of the database, in milliseconds since 1970: older events may be gone. */
  seenAt: number;
}

/** Number of characters of a cursor, above which it is refused without being read. */
const maxCursorLength = 16_384;

const snapshot = z.string().regex(/^[1-9]\d{0,18}:[1-9]\d{0,18}:([1-9]\d{0,18}(,[1-9]\d{0,18})*)?$/);

const cursorShape = z.tuple([
  z.string(),
  snapshot,
  z.union([z.literal(''), snapshot]),
  z.string().regex(/^(0|[1-9]\d{0,17})$/),
  z.int().nonnegative(),
  z.string().regex(/^(\d{1,20}\/[\dA-F]{8})?$/),
]);

/** The text has no meaning for its reader. `feed` is the name of the publisher, so that no other feed accepts the cursor. */
export function formatCursor(
  feed: string,
  { seen, until = '', position, seenAt, timeline }: FeedCursor,
): string {
  return Buffer.from(JSON.stringify([feed, seen, until, position, seenAt, timeline])).toString('base64url');
}

/** Refusals: FEED_CURSOR_INVALID, and FEED_CURSOR_FOREIGN for the cursor of another feed. */
export function parseCursor(feed: string, text: string): FeedCursor {
  const parsed = cursorShape.safeParse(text.length > maxCursorLength ? undefined : parseJson(text));
  if (!parsed.success) throw refuseFeed('FEED_CURSOR_INVALID');
  const [publisher, seen, until, position, seenAt, timeline] = parsed.data;
  if (publisher !== feed) throw refuseFeed('FEED_CURSOR_FOREIGN', { publisher, feed });
  return { seen, until: until === '' ? undefined : until, position, seenAt, timeline };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    return undefined;
  }
}

/** No transaction of a database is visible in this snapshot. */
const emptySnapshot = '3:3:';

/** Where a reader begins that wants every event that is kept. */
export function createBeginning(now: number): FeedCursor {
  return { seen: emptySnapshot, until: undefined, position: '0', timeline: '', seenAt: now };
}

export function isBeginning({ seen, until }: FeedCursor): boolean {
  return seen === emptySnapshot && until === undefined;
}

/** The parts of a snapshot that a statement compares with an index: where later transactions begin, and what was in progress. */
export function parseSnapshot(snapshotText: string): { xmax: string; inProgress: string[] } {
  const [, xmax = '', list = ''] = snapshotText.split(':');
  return { xmax, inProgress: list === '' ? [] : list.split(',') };
}
