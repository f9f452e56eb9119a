// The tables of a subgraph that follows others: where each of its followers is, and the events whose effect has failed.
import pg from 'pg';
import type { QueryRunner } from 'typeorm';
import { array, integer, json, jsonb, nullable, text, timestamptz, uuid } from '../database/column.ts';
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
    park: statement({
      text: `INSERT INTO ${schema}.parked_event (follower, id, subject, version, event, attempts, error, retry_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, now() + make_interval(secs => $8::integer / 1000.0))`,
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
    list: statement({
      text: `SELECT follower, id, subject, version, event, attempts, error, retry_at, created_at
        FROM ${schema}.parked_event ORDER BY created_at, subject, version`,
      row: {
        follower: text(),
        id: uuid(),
        subject: uuid(),
        version: integer(),
        event: json<PublishedEvent>(),
        attempts: integer(),
        error: nullable(text()),
        retry_at: nullable(timestamptz()),
        created_at: timestamptz(),
      },
    }),
  };
}

export type FollowerStatements = ReturnType<typeof buildFollowerStatements>;
