// What this project's SQL needs of a session. A server, a database or a role may default each of these settings otherwise, so every
// connection sets them with the first statement that it sends (client.ts). Later defaults cannot change them.
import pg from 'pg';

const { escapeIdentifier, escapeLiteral } = pg;

/** `queries`: the runtime role. `migrations`: the owner of the tables. `administration`: the role that provisions. */
export type Work = 'queries' | 'migrations' | 'administration';

export interface Session {
  /** The name of the subgraph, and of the schema of its tables. */
  subgraph: string;
  work: Work;
}

export interface Writability {
  /** True for a standby, and where default_transaction_read_only is on. */
  isReadOnly: boolean;
  isStandby: boolean;
}

/** What the first statement of a connection returns. */
export interface SessionState extends Writability {
  /** The server process that ran the statement. Behind a pooler, it is not the one that the pooler has named. */
  processId: number;
}

const writabilityColumns = `current_setting('transaction_read_only') = 'on' AS "isReadOnly", pg_is_in_recovery() AS "isStandby"`;

export const writabilitySql = `SELECT ${writabilityColumns}`;

type Settings = Readonly<Record<string, string>>;

/** Maximum duration of a statement of the runtime role, in milliseconds. */
export const maxStatementMs = 15_000;

/** Settings that change what a statement means, how a value is read or written, or how long an idle session lives. */
const commonSettings: Settings = {
  client_encoding: 'UTF8',
  DateStyle: 'ISO, MDY',
  IntervalStyle: 'postgres',
  TimeZone: 'UTC',
  bytea_output: 'hex',
  extra_float_digits: '1',
  standard_conforming_strings: 'on',
  array_nulls: 'on',
  transform_null_equals: 'off',
  // The drift check compares what PostgreSQL prints of indexes and constraints.
  quote_all_identifiers: 'off',
  row_security: 'on',
  // A statement that waited for a row lock goes on with the committed row. A stricter isolation refuses it with 40001.
  default_transaction_isolation: 'read committed',
  default_transaction_deferrable: 'off',
  // An acknowledged change survives a crash of the server. See buildSessionSql: stricter values stay.
  synchronous_commit: 'on',
  // Pools and listeners hold idle sessions on purpose.
  idle_session_timeout: '0',
  transaction_timeout: '0',
};

/** The settings of each kind of work. Provisioning also gives them to the role, for sessions that people open by hand. */
export const workSettings = {
  queries: {
    statement_timeout: `${maxStatementMs}ms`,
    lock_timeout: '5s',
    idle_in_transaction_session_timeout: '15s',
    // Our statements are prepared, and right for any values: PostgreSQL would plan many of them anew each time.
    plan_cache_mode: 'force_generic_plan',
  },
  // A migration may take as long as it needs, but it waits for a lock only as long as the queries behind it may wait.
  migrations: {
    statement_timeout: '0',
    lock_timeout: '5s',
    idle_in_transaction_session_timeout: '0',
    plan_cache_mode: 'auto',
  },
  administration: {
    statement_timeout: '0',
    lock_timeout: '0',
    idle_in_transaction_session_timeout: '0',
    plan_cache_mode: 'auto',
  },
} as const satisfies Readonly<Record<Work, Settings>>;

export function getSessionSettings({ subgraph, work }: Session): Settings {
  const searchPath = work === 'administration' ? 'pg_catalog' : escapeIdentifier(subgraph);
  return { ...commonSettings, ...workSettings[work], search_path: searchPath };
}

/** Builds the statement that applies the settings and returns a SessionState. An older server lacks some of the settings. */
export function buildSessionSql(session: Session): string {
  const needed = Object.entries(getSessionSettings(session)).map(
    ([name, value]) => `(${escapeLiteral(name)}, ${escapeLiteral(value)})`,
  );
  // The operator decides how far standbys must have followed a commit, so only `off` is replaced.
  return `
    SELECT pg_backend_pid() AS "processId", ${writabilityColumns}, count(set_config(name, value, false)) AS settings
    FROM (VALUES ${needed.join(', ')}) AS needed (name, value)
    WHERE current_setting(name, true) IS NOT NULL
      AND (name <> 'synchronous_commit' OR current_setting(name) = 'off')`;
}
