// The session table. A token is 32 random bytes. Only its SHA-256 is stored, so that a thief of a backup cannot sign in.
import { createHash, randomBytes } from 'node:crypto';
import { EntitySchema } from 'typeorm';
import {
  array,
  bigint,
  bytea,
  integer,
  nullable,
  type RowOf,
  text,
  timestamptz,
  uuid,
} from '../../platform/database/column.ts';
import { type DeleteBatch, maxRowsDeleted } from '../../platform/database/retention.ts';
import { changeStatement, statement } from '../../platform/database/statement.ts';
import { batchReads } from '../../platform/reads/batch.ts';
import type { RequestContext } from '../../platform/subgraph/context.ts';
import {
  type AccountId,
  asSessionToken,
  type SessionId,
  type SessionToken,
  type Unparsed,
} from '../../platform/values/ids.ts';
import type { Role } from './account.ts';

export type SessionRow = RowOf<typeof sessionRow>;

export const sessionRow = {
  id: uuid<SessionId>(),
  account_id: uuid<AccountId>(),
  token_hash: bytea(),
  expires_at: timestamptz(),
  revoked_at: nullable(timestamptz()),
  created_at: timestamptz(),
  updated_at: timestamptz(),
};

export const sessionTable = new EntitySchema<SessionRow>({
  name: 'session',
  columns: {
    id: { type: 'uuid', primary: true, primaryKeyConstraintName: 'session_pkey' },
    account_id: { type: 'uuid' },
    token_hash: { type: 'bytea' },
    expires_at: { type: 'timestamptz' },
    revoked_at: { type: 'timestamptz', nullable: true },
    created_at: { type: 'timestamptz', default: () => 'now()' },
    updated_at: { type: 'timestamptz', default: () => 'now()' },
  },
  foreignKeys: [
    {
      name: 'session_account_id_fkey',
      target: 'account',
      columnNames: ['account_id'],
      referencedColumnNames: ['id'],
      onDelete: 'CASCADE',
    },
  ],
  uniques: [{ name: 'session_token_hash_key', columns: ['token_hash'] }],
  indices: [{ name: 'session_account_id_idx', columns: ['account_id', 'id'] }],
});

/** Maximum number of open sessions of an account. A new session replaces the oldest one. */
export const maxSessions = 100;

export function createToken(): SessionToken {
  return asSessionToken(randomBytes(32).toString('base64url'));
}

export function hashToken(token: Unparsed<SessionToken>): Buffer {
  return createHash('sha256').update(token).digest();
}

export type SessionIdentity = RowOf<typeof sessionIdentity>;

const sessionIdentity = {
  accountId: uuid<AccountId>(),
  sessionId: uuid<SessionId>(),
  roles: array(text<Role>()),
};

export const identitiesByHashStatement = statement({
  text: `SELECT encode(s.token_hash, 'hex') AS hash, s.account_id AS "accountId", s.id AS "sessionId", a.roles
     FROM accounts.session s JOIN accounts.account a ON a.id = s.account_id
     WHERE s.token_hash = ANY($1::bytea[]) AND s.expires_at > now() AND s.revoked_at IS NULL`,
  params: [array(bytea())],
  row: { hash: text(), ...sessionIdentity },
});

const identityByHash = batchReads<string, SessionIdentity | null>(async ({ db }, hashes) => {
  const rows = await identitiesByHashStatement.run(db, [hashes.map((hash) => Buffer.from(hash, 'hex'))]);
  const byHash = new Map(rows.map((row) => [row.hash, row]));
  return hashes.map((hash) => byHash.get(hash) ?? null);
});

/**
 * Reads the session and account of a token, with one statement for all tokens of one moment. Null when the token is unknown,
 * expired or revoked.
 */
export function identityByToken(
  ctx: RequestContext,
  token: Unparsed<SessionToken>,
): Promise<SessionIdentity | null> {
  return identityByHash(ctx, hashToken(token).toString('hex'));
}

export const openSessionsStatement = statement({
  text: `SELECT s.* FROM unnest($1::uuid[]) AS owner (id) CROSS JOIN LATERAL (
       SELECT * FROM accounts.session
       WHERE account_id = owner.id AND expires_at > now() AND revoked_at IS NULL
       ORDER BY id DESC LIMIT $2) AS s`,
  params: [array(uuid<AccountId>()), bigint()],
  row: sessionRow,
});

/** Reads the open sessions of an account, newest first, with one statement for all accounts of a plan node. */
export const openSessionsByAccount = batchReads<AccountId, SessionRow[]>(async ({ db }, accountIds) => {
  const rows = await openSessionsStatement.run(db, [accountIds, maxSessions]);
  const byAccount = Map.groupBy(rows, ({ account_id }) => account_id);
  return accountIds.map((id) => byAccount.get(id) ?? []);
});

export const deleteEndedSessionsStatement = changeStatement({
  text: `DELETE FROM accounts.session WHERE id IN (
    SELECT id FROM accounts.session WHERE least(expires_at, revoked_at) < now() - make_interval(days => $1)
    ORDER BY least(expires_at, revoked_at) LIMIT ${maxRowsDeleted} FOR UPDATE SKIP LOCKED)`,
  params: [integer()],
});

/** Deletes sessions that ended so many days ago. A sign-in deletes those of its own account at once. */
export function deleteEndedSessions(days: number): DeleteBatch {
  return async (db) => {
    const [, deleted] = await deleteEndedSessionsStatement.run(db, [days]);
    return deleted;
  };
}
