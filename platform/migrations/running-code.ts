// Which code runs on a database. Each instance writes its declared statements into the table instance_code, once for each version of
// the code, and names that version in all its pooled sessions. PostgreSQL lists the sessions of instances that are up.
import { createHash } from 'node:crypto';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { jsonb, text } from '../database/column.ts';
import type { LocatedStatement } from '../database/declared-statements.ts';
import { statement } from '../database/statement.ts';

const { escapeIdentifier } = pg;

export interface PublishedStatement {
  /** File and name of the statement. */
  name: string;
  text: string;
}

export interface RunningCode {
  /** Undefined when the sessions name none, or one that has published nothing: its statements are not known. */
  version: string | undefined;
  sessions: number;
  statements: readonly PublishedStatement[];
}

type Queryable = Pick<DataSource, 'query'>;

/** The statements of one version of the code, as they are published. */
export interface CodeVersion {
  /** A short name for these statements. */
  version: string;
  /** JSON of PublishedStatement[]. */
  published: string;
}

export function identifyCode(statements: readonly LocatedStatement[]): CodeVersion {
  const published = JSON.stringify(toPublished(statements));
  return { version: createHash('sha256').update(published).digest('hex').slice(0, 12), published };
}

/** What pg_stat_activity shows of the pooled sessions of an instance. */
export function buildApplicationName(subgraph: string, version: string | undefined): string {
  return version === undefined ? `tributary ${subgraph}` : `tributary ${subgraph} ${version}`;
}

/** The owner creates the table, so that the runtime role can write into it. */
export async function createCodeTable(db: Queryable, subgraph: string): Promise<void> {
  await db.query(
    `CREATE TABLE IF NOT EXISTS ${escapeIdentifier(subgraph)}.instance_code
       (version text CONSTRAINT instance_code_pkey PRIMARY KEY, statements jsonb NOT NULL,
        published_at timestamptz NOT NULL DEFAULT now())`,
  );
}

export function buildPublishStatement(subgraph: string) {
  return statement({
    text: `INSERT INTO ${escapeIdentifier(subgraph)}.instance_code (version, statements) VALUES ($1, $2) ON CONFLICT (version) DO NOTHING`,
    params: [text(), jsonb<PublishedStatement[]>()],
  });
}

export async function publishCode(
  db: Queryable,
  subgraph: string,
  { version, published }: CodeVersion,
): Promise<void> {
  await buildPublishStatement(subgraph).run(db, [version, published]);
}

/**
 * Returns the versions of the code that are up. Instances may sign in by different roles while a password is changed, so every role counts
 * that may use the schema. The role of another subgraph in the same database cannot pretend to be one.
 */
export async function readRunningCode(db: Queryable, subgraph: string): Promise<RunningCode[]> {
  const sessions: { name: string; count: number }[] = await db.query(
    `SELECT application_name AS name, count(*)::int AS count FROM pg_stat_activity
     WHERE datname = current_database() AND has_schema_privilege(usesysid, $1::text, 'USAGE') GROUP BY 1 ORDER BY 1`,
    [subgraph],
  );
  const published: { version: string; statements: PublishedStatement[] }[] = await db.query(
    `SELECT version, statements FROM ${escapeIdentifier(subgraph)}.instance_code`,
  );
  const prefix = buildApplicationName(subgraph, undefined);
  return sessions.flatMap(({ name, count }): RunningCode[] => {
    const [, version] = new RegExp(`^${prefix}(?: ([0-9a-f]{12}))?$`).exec(name) ?? [undefined, ''];
    // Listeners and locks have sessions of their own. An instance has a pooled one beside them.
    if (version === '') return [];
    const found = published.find((code) => code.version === version);
    return [{ version: found?.version, sessions: count, statements: found?.statements ?? [] }];
  });
}

/** Deletes what no instance has run for a day. An instance that lasts longer keeps its row, because its sessions name it. */
export async function forgetOldCode(
  db: Queryable,
  subgraph: string,
  running: readonly RunningCode[],
): Promise<void> {
  await db.query(
    `DELETE FROM ${escapeIdentifier(subgraph)}.instance_code
     WHERE published_at < now() - interval '1 day' AND NOT version = ANY($1)`,
    [running.flatMap(({ version }) => version ?? [])],
  );
}

function toPublished(statements: readonly LocatedStatement[]): PublishedStatement[] {
  return statements
    .map(({ file, name, declared }) => ({ name: `${file}, ${name}`, text: declared.text }))
    .toSorted((one, other) => (one.name < other.name ? -1 : 1));
}
