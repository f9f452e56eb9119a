// The session table. A token is 32 random bytes; only its SHA-256 is stored, so a stolen backup signs nobody in.
import { createHash, randomBytes } from 'node:crypto';
import { EntitySchema } from 'typeorm';
import { batched } from '../../platform/reads/batch.ts';
import type { RequestContext } from '../../platform/subgraph/context.ts';
import type { Role } from './account.ts';

export interface SessionRow {
  id: string;
  account_id: string;
  token_hash: Buffer;
  expires_at: Date;
  revoked_at: Date | null;
  created_at: Date;
  updated_at: Date;
}

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

/** Open sessions an account may hold; the oldest gives way. */
export const maximumSessions = 100;

export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

export function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

export interface SessionIdentity {
  accountId: string;
  sessionId: string;
  roles: Role[];
}

const identityByHash = batched<string, SessionIdentity | null>(async ({ db }, hashes) => {
  const rows: (SessionIdentity & { hash: string })[] = await db.query(
    `SELECT encode(s.token_hash, 'hex') AS hash, s.account_id AS "accountId", s.id AS "sessionId", a.roles
     FROM accounts.session s JOIN accounts.account a ON a.id = s.account_id
     WHERE s.token_hash = ANY($1::bytea[]) AND s.expires_at > now() AND s.revoked_at IS NULL`,
    [hashes.map((hash) => Buffer.from(hash, 'hex'))],
  );
  const byHash = new Map(rows.map((row) => [row.hash, row]));
  return hashes.map((hash) => byHash.get(hash) ?? null);
});

/** Who a token stands for, in one statement for all who sign in at one moment; null when it is unknown, expired or revoked. */
export function identityOf(ctx: RequestContext, token: string): Promise<SessionIdentity | null> {
  return identityByHash(ctx, hashOf(token).toString('hex'));
}

/** Open sessions of an account, newest first; one statement for all accounts of a plan node. */
export const openSessionsOf = batched<string, SessionRow[]>(async ({ db }, accountIds) => {
  const rows: SessionRow[] = await db.query(
    `SELECT s.* FROM unnest($1::uuid[]) AS owner (id) CROSS JOIN LATERAL (
       SELECT * FROM accounts.session
       WHERE account_id = owner.id AND expires_at > now() AND revoked_at IS NULL
       ORDER BY id DESC LIMIT $2) AS s`,
    [accountIds, maximumSessions],
  );
  const byAccount = Map.groupBy(rows, ({ account_id }) => account_id);
  return accountIds.map((id) => byAccount.get(id) ?? []);
});
