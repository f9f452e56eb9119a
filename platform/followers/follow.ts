// How a subgraph says which events of another one it follows. A handler stands in a file of its own, named after the event, and names the
// fields that it reads: the publisher may change all others.
import type { DataSource } from 'typeorm';
import type { z } from 'zod';
import type { PublishedEvent } from '../events/event.ts';
import type { Log } from '../process/log.ts';

/** What an effect may use. `db` is the transaction in which the cursor of the follower moves, so that each event has one effect. */
export interface EffectContext {
  db: Pick<DataSource, 'query'>;
  log: Log;
  /** Announces, after the commit, that public rows have changed or that an event was published. */
  publishChange: () => void;
}

export interface Handler<Reads extends z.ZodObject = z.ZodObject> {
  /** The members of the data that the effect reads. Others are left out before it runs. */
  reads: Reads;
  /**
   * Receives events of one type in the order of the feed: several at once while it catches up, of which some may be of one subject. An error
   * takes back the whole call. It must not call other subgraphs: the transaction would wait for them.
   */
  apply: (ctx: EffectContext, events: readonly PublishedEvent<z.infer<Reads>>[]) => Promise<void>;
}

export interface Follower {
  /** The subgraph whose events it follows. */
  publisher: string;
  /** Where it begins when it runs for the first time: with all events that are kept, or with those from then on. */
  start: 'beginning' | 'now';
  /** By the type of the event. */
  handlers: Readonly<Record<string, Handler>>;
}

/** Infers the type of the events from the fields that are read. */
export function handle<Reads extends z.ZodObject>(handler: Handler<Reads>): Handler {
  return handler as unknown as Handler;
}

export function follow(
  publisher: string,
  start: Follower['start'],
  handlers: Follower['handlers'],
): Follower {
  return { publisher, start, handlers };
}
