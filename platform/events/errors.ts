// The refusals of a feed. Clients of the graph never get them: only other services read a feed.
import { defineRefusals } from '../values/refusal.ts';

export const feedRefusals = {
  FEED_CURSOR_INVALID: 'The text is no cursor of a feed.',
  FEED_CURSOR_FOREIGN: 'The cursor belongs to the feed of another subgraph.',
  FEED_CURSOR_EXPIRED: 'The cursor is older than EVENTS_KEEP_DAYS, and events after it may be gone.',
  FEED_CURSOR_AHEAD: 'The cursor is ahead of the database, as after a restore of a backup.',
} as const;

export const refuseFeed = defineRefusals(feedRefusals);
