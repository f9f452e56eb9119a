// The table of the events that a subgraph has published: an outbox in the schema of the subgraph, so that a change and its event commit
// together. Rows are never updated, and they leave by whole partitions: a table that DELETE empties becomes slow while any transaction
// holds an old snapshot. The partitions are slots that are used in turns, one a day, so that the catalog never changes.
import pg from 'pg';
import type { QueryRunner } from 'typeorm';

const { escapeIdentifier, escapeLiteral } = pg;

/**
 * Number of slots. Today's slot has the events of today, tomorrow's is empty, and the eight others have the days before: the seven
 * days for which a reader may be away (the most of EVENTS_KEEP_DAYS), and one more, because the time of an event is the beginning of
 * its transaction.
 */
export const slotCount = 10;

/** SQL for the slot of a moment: the number of the day since 1970, in UTC, modulo the number of slots. */
function buildSlotSql(time: string): string {
  return `(floor(extract(epoch FROM ${time}) / 86400)::bigint % ${slotCount})::smallint`;
}

/**
 * For a migration. `position` orders the events of one subject: it is drawn after the lock that orders the changes of the subject,
 * because the INSERT selects from what the locking UPDATE returns. `transaction` decides in which snapshots the event is visible.
 */
export async function createEventTable(runner: QueryRunner, subgraph: string): Promise<void> {
  const table = buildEventTableName(subgraph);
  const sequence = `${escapeIdentifier(subgraph)}.event_position_seq`;
  await runner.query(`CREATE SEQUENCE ${sequence}`);
  await runner.query(`
    CREATE TABLE ${table} (
      slot smallint NOT NULL DEFAULT ${buildSlotSql('now()')},
      position bigint NOT NULL DEFAULT nextval(${escapeLiteral(sequence)}),
      transaction xid8 NOT NULL DEFAULT pg_current_xact_id(),
      id uuid NOT NULL DEFAULT uuidv7(),
      type text NOT NULL,
      subject uuid NOT NULL,
      version integer NOT NULL CONSTRAINT event_version_check CHECK (version > 0),
      time timestamptz NOT NULL DEFAULT now(),
      traceparent text,
      data jsonb NOT NULL
    ) PARTITION BY LIST (slot)`);
  for (let slot = 0; slot < slotCount; slot += 1)
    await runner.query(
      `CREATE TABLE ${buildSlotName(subgraph, slot)} PARTITION OF ${table} FOR VALUES IN (${slot})`,
    );
  await runner.query(`CREATE INDEX event_position_idx ON ${table} (position)`);
  await runner.query(`CREATE INDEX event_transaction_idx ON ${table} (transaction)`);
  await runner.query(buildGrantTruncate(subgraph));
}

export async function dropEventTable(runner: QueryRunner, subgraph: string): Promise<void> {
  await runner.query(`DROP TABLE ${buildEventTableName(subgraph)}`);
  await runner.query(`DROP SEQUENCE ${escapeIdentifier(subgraph)}.event_position_seq`);
}

export function buildEventTableName(subgraph: string): string {
  return `${escapeIdentifier(subgraph)}.event`;
}

export function buildSlotName(subgraph: string, slot: number): string {
  return `${escapeIdentifier(subgraph)}.event_${slot}`;
}

/** The roles that may insert are those to which provisioning has granted it by default. They empty the slots as well. */
function buildGrantTruncate(subgraph: string): string {
  const table = escapeLiteral(buildEventTableName(subgraph));
  return `DO $$
    DECLARE reader name; slot name;
    BEGIN
      FOR reader, slot IN
        SELECT pg_get_userbyid(acl.grantee), c.relname
        FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid CROSS JOIN LATERAL aclexplode(c.relacl) AS acl
        WHERE i.inhparent = ${table}::regclass AND acl.privilege_type = 'INSERT' AND acl.grantee NOT IN (0, c.relowner)
      LOOP
        EXECUTE format('GRANT TRUNCATE ON %I.%I TO %I', ${escapeLiteral(subgraph)}, slot, reader);
      END LOOP;
    END $$`;
}
