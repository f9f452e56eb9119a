// The part of a statement that publishes events. It stands in the WITH of the statement that makes the change, so that the event costs no
// round trip and commits with the change or not at all.
import pg from 'pg';
import type { z } from 'zod';
import { buildEventTableName } from './event-table.ts';
import type { EventType } from './event-type.ts';

const { escapeLiteral } = pg;

export interface EventSource<Data extends z.ZodObject> {
  /**
   * The part of WITH whose rows become events: an UPDATE or an INSERT with RETURNING. Because the rows come out of it when their locks
   * are held, the positions of the events have the order of the changes.
   */
  from: string;
  /** A condition on the rows. Without it, each row is an event. */
  where?: string;
  /** SQL for the id of the entity. */
  subject: string;
  /** SQL for the version of the entity: the same UPDATE raises it by one for each event. */
  version: string;
  /** SQL for the traceparent of the caller, or null. */
  traceparent?: string;
  /** SQL for each member of the data. */
  data: { readonly [Member in keyof z.infer<Data>]: string };
}

/** An INSERT to be named in the WITH of a statement. `publisher` is the name of the subgraph. */
export function insertEvent<Data extends z.ZodObject>(
  publisher: string,
  type: EventType<Data>,
  { from, where = 'true', subject, version, traceparent = 'NULL', data }: EventSource<Data>,
): string {
  const members = Object.entries<string>(data).map(([member, sql]) => `${escapeLiteral(member)}, ${sql}`);
  return `INSERT INTO ${buildEventTableName(publisher)} (type, subject, version, traceparent, data)
    SELECT ${escapeLiteral(type.name)}, ${subject}, ${version}, ${traceparent}, jsonb_build_object(${members.join(', ')})
    FROM ${from} WHERE ${where}`;
}

/** SQL for moneyData. */
export function moneySql(amount: string, currency: string): string {
  return `jsonb_build_object('amount', ${amount}::text, 'currency', ${currency})`;
}
