// All that a subgraph has to do with events: those that it publishes, and those of others that it follows. Both use connections of their
// own, so that a reader that catches up takes none from requests.
import { openDataSource } from '../database/data-source.ts';
import { maxStatementMs } from '../database/session.ts';
import type { EventType } from '../events/event-type.ts';
import { type OutboxOptions, openOutbox } from '../events/outbox.ts';
import type { ReadEvents } from '../events/read-events.ts';
import type { Follower } from './follow.ts';
import { type Followers, type FollowersOptions, startFollowers } from './start-followers.ts';

/** Connections of one instance for events. Followers of one subgraph share them. */
const poolSize = 2;

export interface EventsOptions extends Omit<OutboxOptions, 'db'> {
  definition: {
    name: string;
    events?: readonly EventType[];
    followers?: Readonly<Record<string, Follower>>;
  };
  databaseUrl: string;
  eventsFor: FollowersOptions['eventsFor'];
  /** Announces what an effect has changed or published. */
  publishChange: () => void;
}

export interface OpenedEvents {
  /** Undefined when the subgraph publishes none. */
  readEvents: ReadEvents | undefined;
  followers: Followers['health'];
  close: () => Promise<void>;
}

export async function openEvents(options: EventsOptions): Promise<OpenedEvents> {
  const { definition, databaseUrl, log, notices, keptDays, eventsFor, publishChange } = options;
  const { name, events, followers = {} } = definition;
  if (events === undefined && Object.keys(followers).length === 0)
    return { readEvents: undefined, followers: async () => ({}), close: async () => {} };
  const { db, probe } = await openDataSource({
    subgraph: name,
    url: databaseUrl,
    tables: [],
    migrations: [],
    poolSize,
    applicationName: `tributary ${name} events`,
    responseTimeoutMs: maxStatementMs + 5_000,
    log,
  });
  const outbox = openOutbox(definition, { db, log, notices, keptDays });
  const running = startFollowers({
    subgraph: name,
    followers,
    db,
    databaseUrl,
    ctx: { log, publishChange },
    eventsFor,
  });
  return {
    readEvents: outbox?.readEvents,
    followers: async () => {
      // A server that takes no more writes is left here as well: reading the feed would never show it.
      await probe();
      return running.health();
    },
    close: async () => {
      await Promise.all([outbox?.close(), running.close()]);
      await db.destroy();
    },
  };
}
