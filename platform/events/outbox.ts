// What a subgraph opens for the events that it publishes: the reading of its table, and the end of old rows.
import type { DataSource } from 'typeorm';
import type { ChangeNotices } from '../changes/change-hub.ts';
import type { Log } from '../process/log.ts';
import { startEventRetention } from './event-retention.ts';
import type { EventType } from './event-type.ts';
import { openFeed } from './feed.ts';
import { createReadEvents, type ReadEvents } from './read-events.ts';

export interface Outbox {
  readEvents: ReadEvents;
  close: () => Promise<void>;
}

export interface OutboxOptions {
  db: DataSource;
  log: Log;
  /** They wake the readers that wait for events. */
  notices: ChangeNotices;
  /** EVENTS_KEEP_DAYS. */
  keptDays: number;
}

/** Undefined for a subgraph that publishes no events: it has no table of them. */
export function openOutbox(
  { name, events }: { name: string; events?: readonly EventType[] },
  { db, log, notices, keptDays }: OutboxOptions,
): Outbox | undefined {
  if (events === undefined) return undefined;
  const feed = openFeed(db, name, keptDays);
  return {
    readEvents: createReadEvents({ publisher: name, types: events, feed, notices }),
    close: startEventRetention({ db, log, subgraph: name, keptDays }),
  };
}
