// Reads the events of a subgraph for a reader in this process or behind the HTTP route: checks what the reader wants, and waits for events
// when there are none. A notice after a commit ends the wait (changes/change-hub.ts); without one, as after a crash between the commit
// and its notice, the next look comes a second later.
import { setTimeout as sleep } from 'node:timers/promises';
import type { ChangeNotices } from '../changes/change-hub.ts';
import { refuseFeed } from './errors.ts';
import { type PublishedEvent, toPublishedEvent } from './event.ts';
import type { EventType } from './event-type.ts';
import type { Feed, FeedPage } from './feed.ts';
import { createBeginning, type FeedCursor, formatCursor, parseCursor } from './feed-cursor.ts';

export interface ReadRequest {
  /** The cursor of the page before. `beginning` stands before all events that are kept, and `now` after all that are committed. */
  after: string;
  /** Undefined for all types. */
  types?: readonly string[] | undefined;
  /** Maximum number of events: 1 to 1000. */
  limit: number;
  /** How long to wait for an event when there is none, in milliseconds: 0 to 30000. */
  waitMs: number;
}

export interface EventsPage {
  /** Empty when the wait was over. */
  events: readonly PublishedEvent[];
  /** Where the next page begins. */
  cursor: string;
  /** True when the next page may have events already. */
  isMore: boolean;
}

/**
 * Refusals: those of `feedRefusals` (errors.ts). Rejects with the reason of the signal when it aborts. When `endOfWait` aborts, a page without
 * events is answered at once.
 */
export type ReadEvents = (
  request: ReadRequest,
  signal: AbortSignal,
  endOfWait?: AbortSignal,
) => Promise<EventsPage>;

export const maxEvents = 1_000;
export const maxWaitMs = 30_000;

/** The shortest time between two looks of one reader, in milliseconds: notices may come one after the other. */
const minLookMs = 20;

/** The time after which a reader looks without a notice, in milliseconds. */
const slowPollMs = 1_000;

export function createReadEvents({
  publisher,
  types,
  feed,
  notices,
}: {
  publisher: string;
  types: readonly EventType[];
  feed: Feed;
  notices: ChangeNotices;
}): ReadEvents {
  const known = new Set(types.map(({ name }) => name));
  const toPage = ({ events, cursor, isMore }: FeedPage): EventsPage => ({
    events: events.map((row) => toPublishedEvent(publisher, row)),
    cursor: formatCursor(publisher, cursor),
    isMore,
  });
  return async (request, signal, endOfWait = new AbortController().signal) => {
    checkRequest(request, known);
    const { types: wanted = null, limit, waitMs } = request;
    const deadline = performance.now() + waitMs;
    let after = await findStart(publisher, feed, request.after);
    for (;;) {
      const lookedAt = performance.now();
      // Begins to listen before it reads, so that no commit falls between the two.
      const wake = listenOnce(notices);
      try {
        const page = await feed.readPage({ after, types: wanted, limit });
        const restMs = endOfWait.aborted ? 0 : deadline - performance.now();
        if (page.events.length > 0 || page.isMore || restMs <= 0) return toPage(page);
        after = page.cursor;
        await wake.wait(Math.min(slowPollMs, restMs), AbortSignal.any([signal, endOfWait]));
        signal.throwIfAborted();
        const earlyMs = lookedAt + minLookMs - performance.now();
        if (earlyMs > 0) await sleep(earlyMs);
      } finally {
        wake.stop();
      }
    }
  };
}

async function findStart(publisher: string, feed: Feed, after: string): Promise<FeedCursor> {
  if (after === 'beginning') return createBeginning(Date.now());
  return after === 'now' ? feed.readEnd() : parseCursor(publisher, after);
}

function checkRequest({ types = [], limit, waitMs }: ReadRequest, known: ReadonlySet<string>): void {
  if (!isWithin(limit, 1, maxEvents)) throw refuseFeed('FEED_LIMIT_INVALID');
  if (!isWithin(waitMs, 0, maxWaitMs)) throw refuseFeed('FEED_WAIT_INVALID');
  const unknown = types.filter((type) => !known.has(type));
  if (unknown.length > 0) throw refuseFeed('FEED_TYPE_UNKNOWN', { types: unknown, published: [...known] });
}

function isWithin(value: number, low: number, high: number): boolean {
  return Number.isInteger(value) && value >= low && value <= high;
}

function listenOnce(notices: ChangeNotices) {
  const waking = new AbortController();
  const stop = notices.onNotice(() => waking.abort());
  return {
    /** Resolves at a notice, after the time, or when the signal aborts. */
    wait: async (ms: number, signal: AbortSignal) => {
      await sleep(ms, undefined, { signal: AbortSignal.any([waking.signal, signal]) }).catch(() => {});
    },
    stop,
  };
}
