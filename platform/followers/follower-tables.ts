// The tables of a subgraph that follows others: where each of its followers is, and the events whose effect has failed.
import pg from 'pg';
import type { QueryRunner } from 'typeorm';
import { array, integer, jsonb, nullable, text, timestamptz, uuid } from '../database/column.ts';
import { changeStatement, statement } from '../database/statement.ts';
import type { PublishedEvent } from '../events/event.ts';

const { escapeIdentifier } = pg;

/** For a migration. Few rows, each updated often: the free space keeps a new version of a row on the page of the old one. */
export async function createFollowerTables(runner: QueryRunner, subgraph: string): Promise<void> {
  const schema = escapeIdentifier(subgraph);
  await runner.query(`
    CREATE TABLE ${schema}.follower (
      name text NOT NULL CONSTRAINT follower_pkey PRIMARY KEY,
      cursor text NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now()
    ) WITH (fillfactor = 10)`);
  await runner.query(`
    CREATE TABLE ${schema}.parked_event (
      follower text NOT NULL,
      id uuid NOT NULL,
      subject uuid NOT NULL,
      version integer NOT NULL,
      event jsonb NOT NULL,
      attempts integer NOT NULL,
      error text,
      retry_at timestamptz,
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now(),
      CONSTRAINT parked_event_pkey PRIMARY KEY (follower, subject, version)
    )`);
}

export async function dropFollowerTables(runner: QueryRunner, subgraph: string): Promise<void> {
  const schema = escapeIdentifier(subgraph);
  await runner.query(`DROP TABLE ${schema}.follower, ${schema}.parked_event`);
}

/** The statements of the followers of one subgraph. */
export function buildFollowerStatements(subgraph: string) {
  const schema = escapeIdentifier(subgraph);
  return {
    readCursor: statement({
      text: `SELECT cursor FROM ${schema}.follower WHERE name = $1`,
      params: [text()],
      row: { cursor: text() },
    }),
    /** Keeps the cursor that another instance has written first. */
    createCursor: statement({
      text: `INSERT INTO ${schema}.follower (name, cursor) VALUES ($1, $2) ON CONFLICT DO NOTHING`,
      params: [text(), text()],
    }),
    /** Compare-and-swap: changes nothing when another instance has moved the cursor. Its lock lasts until the effects are committed. */
    moveCursor: changeStatement({
      text: `UPDATE ${schema}.follower SET cursor = $3, updated_at = now() WHERE name = $1 AND cursor = $2`,
      params: [text(), text(), text()],
    }),
    /** Those of the subjects that have a parked event, for which their later events wait. */
    findBlocked: statement({
      text: `SELECT DISTINCT subject FROM ${schema}.parked_event WHERE follower = $1 AND subject = ANY ($2)`,
      params: [text(), array(uuid())],
      row: { subject: uuid() },
    }),
    /**
     * A follower that an operator restarts gets events again that are parked: they stay as they are. Another event with the same version,
     * as after a restore of the publisher, takes the place of the older one.
     */
    park: statement({
      text: `INSERT INTO ${schema}.parked_event (follower, id, subject, version, event, attempts, error, retry_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, now() + make_interval(secs => $8::integer / 1000.0))
        ON CONFLICT ON CONSTRAINT parked_event_pkey DO UPDATE SET id = excluded.id, event = excluded.event,
          attempts = excluded.attempts, error = excluded.error, retry_at = excluded.retry_at, updated_at = now()
        WHERE parked_event.id <> excluded.id`,
      params: [
        text(),
        uuid(),
        uuid(),
        integer(),
        jsonb<PublishedEvent>(),
        integer(),
        nullable(text()),
        integer(),
      ],
    }),
    /** The first parked event of each subject, when it is due. Another instance that retries it is not waited for. */
    findDue: statement({
      text: `SELECT subject, version, event, attempts FROM ${schema}.parked_event p
        WHERE follower = $1 AND retry_at <= now() AND NOT EXISTS (
          SELECT FROM ${schema}.parked_event earlier
          WHERE earlier.follower = $1 AND earlier.subject = p.subject AND earlier.version < p.version)
        ORDER BY retry_at LIMIT 1 FOR UPDATE SKIP LOCKED`,
      params: [text()],
      row: { subject: uuid(), version: integer(), event: jsonb<PublishedEvent>(), attempts: integer() },
    }),
    unpark: changeStatement({
      text: `DELETE FROM ${schema}.parked_event WHERE follower = $1 AND subject = $2 AND version = $3`,
      params: [text(), uuid(), integer()],
    }),
    /** Without a time the event waits for an operator. */
    postpone: changeStatement({
      text: `UPDATE ${schema}.parked_event SET attempts = $4, error = $5, updated_at = now(),
          retry_at = now() + make_interval(secs => $6::integer / 1000.0)
        WHERE follower = $1 AND subject = $2 AND version = $3`,
      params: [text(), uuid(), integer(), integer(), text(), nullable(integer())],
    }),
    count: statement({
      text: `SELECT count(*)::integer AS waiting, count(*) FILTER (WHERE retry_at IS NULL)::integer AS parked
        FROM ${schema}.parked_event WHERE follower = $1`,
      params: [text()],
      row: { waiting: integer(), parked: integer() },
    }),
    /** The first parked event of each subject, oldest first, with the number of later ones that wait for it. */
    listParked: statement({
      text: `SELECT * FROM (
          SELECT DISTINCT ON (follower, subject) follower, id, event->>'type' AS type, subject, version, attempts, error,
            retry_at, created_at, (count(*) OVER (PARTITION BY follower, subject) - 1)::integer AS later
          FROM ${schema}.parked_event ORDER BY follower, subject, version
        ) AS first ORDER BY created_at, id`,
      row: {
        follower: text(),
        id: uuid(),
        type: text(),
        subject: uuid(),
        version: integer(),
        attempts: integer(),
        error: nullable(text()),
        retry_at: nullable(timestamptz()),
        created_at: timestamptz(),
        later: integer(),
      },
    }),
    /** Several followers may have parked one event. `waits_for` is the first parked event of its subject, when that is another one. */
    findParked: statement({
      text: `SELECT follower, subject, version, event->>'type' AS type, (
          SELECT earlier.id FROM ${schema}.parked_event earlier
          WHERE earlier.follower = p.follower AND earlier.subject = p.subject AND earlier.version < p.version
          ORDER BY earlier.version LIMIT 1) AS waits_for
        FROM ${schema}.parked_event p WHERE id = $1 ORDER BY follower`,
      params: [uuid()],
      row: {
        follower: text(),
        subject: uuid(),
        version: integer(),
        type: text(),
        waits_for: nullable(uuid()),
      },
    }),
    /** Makes it due at once, with as many attempts as a new one has. */
    replay: changeStatement({
      text: `UPDATE ${schema}.parked_event SET attempts = 0, retry_at = now(), updated_at = now()
        WHERE follower = $1 AND subject = $2 AND version = $3`,
      params: [text(), uuid(), integer()],
    }),
    /** The follower notices it at its next event, and at once when it is refused. */
    restart: statement({
      text: `INSERT INTO ${schema}.follower (name, cursor) VALUES ($1, $2)
        ON CONFLICT (name) DO UPDATE SET cursor = excluded.cursor, updated_at = now()`,
      params: [text(), text()],
    }),
  };
}

export type FollowerStatements = ReturnType<typeof buildFollowerStatements>;
