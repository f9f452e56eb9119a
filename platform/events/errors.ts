// The refusals of a feed. Clients of the graph never get them: only services read a feed.
import { defineRefusals } from '../values/refusal.ts';

export const feedRefusals = {
  FEED_CURSOR_INVALID: 'The text is no cursor of a feed.',
  FEED_CURSOR_FOREIGN: 'The cursor belongs to the feed of another subgraph.',
  FEED_CURSOR_EXPIRED: 'The cursor is older than EVENTS_KEEP_DAYS, and events after it may be gone.',
  FEED_CURSOR_AHEAD:
    'The cursor is of another history of the database: a backup was restored, or another server has taken over.',
  FEED_TYPE_UNKNOWN: 'The subgraph publishes no events of this type.',
  FEED_LIMIT_INVALID: 'The limit must be a whole number from 1 to 1000.',
  FEED_WAIT_INVALID: 'The wait must be a whole number of milliseconds from 0 to 30000.',
  FEED_PARAMETER_UNKNOWN: 'The parameters of a feed are after, types, limit and wait, each of them once.',
} as const;

export const refuseFeed = defineRefusals(feedRefusals);

/** HTTP statuses other than 400. 410 says that what was there is gone. */
export const feedStatuses: ReadonlyMap<string, number> = new Map([
  ['FEED_CURSOR_EXPIRED', 410],
  ['FEED_CURSOR_AHEAD', 409],
]);
