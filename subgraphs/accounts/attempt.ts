// The attempt table: how many passwords a client tried, or accounts it opened, within a window of some minutes. The database
// counts, so that all instances share the counts. An attempt is counted before the password is checked, so that guesses sent at
// the same moment cannot all pass. A correct password takes its own attempt back. count-attempt.ts says what is counted.
import { EntitySchema } from 'typeorm';
import { type DeleteBatch, maxRowsDeleted } from '../../platform/database/retention.ts';
import { changeStatement } from '../../platform/database/statement.ts';

export interface AttemptRow {
  /** SHA-256 of what is counted, so that the table contains no email address and no IP address. */
  key: Buffer;
  attempts: number;
  window_ends_at: Date;
  /** For a pair of address and account that signed in: until then, the account's count does not apply to this pair. */
  known_until: Date | null;
  created_at: Date;
  updated_at: Date;
}

export const attemptTable = new EntitySchema<AttemptRow>({
  name: 'attempt',
  columns: {
    key: { type: 'bytea', primary: true, primaryKeyConstraintName: 'attempt_pkey' },
    attempts: { type: 'integer' },
    window_ends_at: { type: 'timestamptz' },
    known_until: { type: 'timestamptz', nullable: true },
    created_at: { type: 'timestamptz', default: () => 'now()' },
    updated_at: { type: 'timestamptz', default: () => 'now()' },
  },
});

/** How long an address stays known for an account after a sign-in, in days. */
const knownDays = 30;

/** Maximum number of old rows that one attempt deletes. It is more than an attempt adds, so that old rows disappear in time. */
const maxRowsCleaned = 8;

/**
 * Builds SQL for the keys, from SQL for an email address and for a network (null when the call has no client address).
 * PostgreSQL makes the address lower case, as it does to find accounts. JavaScript's lower case differs for some letters
 * (İ, K), so that one account would have several counts.
 */
export const buildKeySql = {
  account: (email: string) => `sha256(convert_to('account ' || lower(${email}), 'UTF8'))`,
  pair: (email: string, network: string) =>
    `sha256(convert_to('pair ' || coalesce(${network}, '') || ' ' || lower(${email}), 'UTF8'))`,
  address: (network: string) => `sha256(convert_to('address ' || ${network}, 'UTF8'))`,
  signUps: (network: string) => `sha256(convert_to('sign-ups ' || ${network}, 'UTF8'))`,
} as const;

/**
 * Builds SQL that counts one attempt under a key where `condition` is true. The count stops at one more than its limit. `waits` is the
 * time until the window ends, in seconds.
 */
export function buildCountSql(key: string, limit: string, minutes: string, condition: string): string {
  return `INSERT INTO accounts.attempt AS a (key, attempts, window_ends_at)
    SELECT ${key}, 1, now() + make_interval(mins => ${minutes}) WHERE ${condition}
    ON CONFLICT (key) DO UPDATE SET updated_at = now(),
      attempts = CASE WHEN a.window_ends_at <= now() THEN 1 ELSE least(a.attempts, ${limit}) + 1 END,
      window_ends_at = CASE WHEN a.window_ends_at <= now() THEN excluded.window_ends_at ELSE a.window_ends_at END
    RETURNING a.attempts <= ${limit} AS within, coalesce(a.known_until > now(), false) AS known,
      ${buildWaitSql('a.window_ends_at')} AS waits`;
}

/** Builds SQL for the whole seconds until a window ends: at least one. */
export function buildWaitSql(windowEndsAt: string): string {
  return `greatest(ceil(extract(epoch FROM ${windowEndsAt} - now())), 1)::integer`;
}

/** Builds SQL that deletes old rows, except those under `keysInUse`. It skips locked rows, because they are in use. */
export function buildCleanupSql(keysInUse: readonly string[]): string {
  return buildDeleteSql(`AND NOT coalesce(key IN (${keysInUse.join(', ')}), false)`, maxRowsCleaned);
}

function buildDeleteSql(condition: string, maxRows: number): string {
  return `DELETE FROM accounts.attempt WHERE key IN (
    SELECT key FROM accounts.attempt WHERE greatest(window_ends_at, known_until) <= now() ${condition}
    ORDER BY greatest(window_ends_at, known_until) LIMIT ${maxRows} FOR UPDATE SKIP LOCKED)`;
}

export const deleteOldAttemptsStatement = changeStatement({ text: buildDeleteSql('', maxRowsDeleted) });

/** Deletes counts that say nothing any more. Attempts do so as well, but where none come, the rows would stay. */
export const deleteOldAttempts: DeleteBatch = async (db) => {
  const [, deleted] = await deleteOldAttemptsStatement.run(db);
  return deleted;
};

/**
 * Builds SQL for a correct password, where `condition` is true. It sets the counts of the account and of the pair to zero and
 * marks the pair as known. The address gets only this attempt back: otherwise an attacker could reset its count by signing in
 * to an own account between guesses. The rows are locked in the same order as by an attempt, so that the two cannot deadlock.
 */
export function buildForgiveSql(email: string, network: string, condition: string): string {
  return `UPDATE accounts.attempt AS a SET updated_at = now(),
      attempts = CASE of.rank WHEN 1 THEN greatest(a.attempts - 1, 0) ELSE 0 END,
      known_until = CASE WHEN of.rank = 2 AND ${network} IS NOT NULL
                         THEN now() + interval '${knownDays} days' END
    FROM (
      SELECT taken.key, mine.rank FROM accounts.attempt AS taken JOIN (VALUES
        (1, ${buildKeySql.address(network)}), (2, ${buildKeySql.pair(email, network)}), (3, ${buildKeySql.account(email)})
      ) AS mine (rank, key) ON mine.key = taken.key ORDER BY mine.rank FOR UPDATE OF taken
    ) AS of (key, rank) WHERE a.key = of.key AND ${condition}`;
}
