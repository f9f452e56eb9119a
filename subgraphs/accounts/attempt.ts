// The attempt table: how often somebody tried a password, or opened an account, within a window of some minutes. Counted
// in the database, so that all instances count together; and before the password is looked at, so that guesses sent at
// the same moment cannot all slip through. A success takes its own count back. What is counted: count-attempt.ts.
import { EntitySchema } from 'typeorm';

export interface AttemptRow {
  /** SHA-256 of what is counted: the table lists nobody's email or IP address. */
  key: Buffer;
  attempts: number;
  window_ends_at: Date;
  /** Of an address and account that signed in: how long the account's count does not bind it. */
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

/** How long an address stays known after a sign-in, in days. */
const knownDays = 30;

/** Rows thrown away by each attempt: more than it can add, so that the table shrinks to what still counts. */
const cleanedAtOnce = 8;

/**
 * SQL for the keys, from SQL for an email address and a network (null where no client is behind the call). In lower case by
 * PostgreSQL, which looks accounts up: where JavaScript's differs (İ, K), one account would have many counts.
 */
export const keyOf = {
  account: (email: string) => `sha256(convert_to('account ' || lower(${email}), 'UTF8'))`,
  pair: (email: string, network: string) =>
    `sha256(convert_to('pair ' || coalesce(${network}, '') || ' ' || lower(${email}), 'UTF8'))`,
  address: (network: string) => `sha256(convert_to('address ' || ${network}, 'UTF8'))`,
  signUps: (network: string) => `sha256(convert_to('sign-ups ' || ${network}, 'UTF8'))`,
} as const;

/** SQL of one more attempt under a key, where `condition` holds. The count stops one beyond its limit. */
export function counted(key: string, limit: string, minutes: string, condition: string): string {
  return `INSERT INTO accounts.attempt AS a (key, attempts, window_ends_at)
    SELECT ${key}, 1, now() + make_interval(mins => ${minutes}) WHERE ${condition}
    ON CONFLICT (key) DO UPDATE SET updated_at = now(),
      attempts = CASE WHEN a.window_ends_at <= now() THEN 1 ELSE least(a.attempts, ${limit}) + 1 END,
      window_ends_at = CASE WHEN a.window_ends_at <= now() THEN excluded.window_ends_at ELSE a.window_ends_at END
    RETURNING a.attempts <= ${limit} AS within, coalesce(a.known_until > now(), false) AS known`;
}

/** SQL that throws old rows away, but for those of `kept`. Never waits: a row that somebody holds is in use. */
export function cleaned(kept: readonly string[]): string {
  return `DELETE FROM accounts.attempt WHERE key IN (
    SELECT key FROM accounts.attempt
    WHERE greatest(window_ends_at, known_until) <= now() AND NOT coalesce(key IN (${kept.join(', ')}), false)
    ORDER BY greatest(window_ends_at, known_until) LIMIT ${cleanedAtOnce} FOR UPDATE SKIP LOCKED)`;
}

/**
 * SQL for the right password, where `condition` holds: the counts of the account and of the pair end, the address gets this
 * attempt back and no more (or somebody would sign in to an account of their own between guesses), and the pair is known.
 * Rows are locked in the order in which an attempt takes them.
 */
export function forgiven(email: string, network: string, condition: string): string {
  return `UPDATE accounts.attempt AS a SET updated_at = now(),
      attempts = CASE of.rank WHEN 1 THEN greatest(a.attempts - 1, 0) ELSE 0 END,
      known_until = CASE WHEN of.rank = 2 AND ${network} IS NOT NULL
                         THEN now() + interval '${knownDays} days' END
    FROM (
      SELECT taken.key, mine.rank FROM accounts.attempt AS taken JOIN (VALUES
        (1, ${keyOf.address(network)}), (2, ${keyOf.pair(email, network)}), (3, ${keyOf.account(email)})
      ) AS mine (rank, key) ON mine.key = taken.key ORDER BY mine.rank FOR UPDATE OF taken
    ) AS of (key, rank) WHERE a.key = of.key AND ${condition}`;
}
