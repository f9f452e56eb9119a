// createSession: signs an account in. An unknown email address and a wrong password take equally long and get the same answer.

import { bigint, bytea, integer, nullable, text, uuid } from '../../platform/database/column.ts';
import { changeStatement, statement } from '../../platform/database/statement.ts';
import {
  type AccountId,
  newSessionId,
  type SessionId,
  type SessionToken,
} from '../../platform/values/ids.ts';
import { type AccountRow, type AccountTable, accountByEmail } from './account.ts';
import { buildForgiveSql } from './attempt.ts';
import { type ClientContext, countPasswordAttempt, getClientNetwork } from './count-attempt.ts';
import { refuse } from './errors.ts';
import type { Hashing } from './passwords.ts';
import { refusePublicPassword } from './public-password.ts';
import { createToken, hashToken, maxSessions, type SessionRow, sessionRow } from './session.ts';

export interface CreatedSession {
  /** Shown only here. The database stores its hash. */
  token: SessionToken;
  session: SessionRow;
  account: AccountRow;
}

/** Refusals: PASSWORD_PUBLIC, CREDENTIALS_WRONG, TOO_MANY_ATTEMPTS, OVERLOADED. */
export async function createSession(
  ctx: ClientContext,
  input: { email: string; password: string },
): Promise<CreatedSession> {
  refusePublicPassword(ctx, input.password);
  const { account, hash } = await ctx.own.passwords.inTurn(ctx, (hashing) =>
    checkPassword(ctx, input, hashing),
  );
  const token = createToken();
  const session = await insertSession(ctx, account, hash, token);
  // Null means that the password was changed while it was checked here. That change ended the account's sessions, so this
  // sign-in is checked again, against the new hash.
  return session === null ? createSession(ctx, input) : { token, session, account };
}

/** Returns the account with the hash that fitted the password, or with the new hash in its place. */
async function checkPassword(
  ctx: ClientContext,
  input: { email: string; password: string },
  hashing: Hashing,
): Promise<{ account: AccountTable; hash: string }> {
  const email = input.email.trim();
  await countPasswordAttempt(ctx, email);
  const account = await accountByEmail(ctx, email);
  const matches = await hashing.verify(account?.password_hash ?? null, input.password);
  if (account === null || !matches) throw refuse('CREDENTIALS_WRONG');
  if (!hashing.isOutdated(account.password_hash)) return { account, hash: account.password_hash };
  // Hashing with today's parameters needs the password itself.
  const hash = await hashing.hash(input.password);
  await upgradeHashStatement.run(ctx.db, [account.id, hash, account.password_hash]);
  return { account, hash };
}

export const upgradeHashStatement = changeStatement({
  text: `UPDATE accounts.account SET password_hash = $2, updated_at = now() WHERE id = $1 AND password_hash = $3`,
  params: [uuid<AccountId>(), text(), text()],
});

export const insertSessionStatement = statement({
  text: `WITH unchanged AS (
       SELECT id FROM accounts.account WHERE id = $2 AND password_hash = $6 FOR NO KEY UPDATE
     ), trimmed AS (
       DELETE FROM accounts.session WHERE account_id = $2 AND (
         expires_at <= now() OR revoked_at IS NOT NULL OR id IN (
           SELECT id FROM accounts.session
           WHERE account_id = $2 AND expires_at > now() AND revoked_at IS NULL
           ORDER BY id DESC OFFSET $5))
     ), forgiven AS (${buildForgiveSql('$7::text', '$8::text', 'EXISTS (SELECT FROM unchanged)')})
     INSERT INTO accounts.session (id, account_id, token_hash, expires_at)
     SELECT $1, unchanged.id, $3, now() + make_interval(days => $4) FROM unchanged RETURNING *`,
  params: [
    uuid<SessionId>(),
    uuid<AccountId>(),
    bytea(),
    integer(),
    bigint(),
    text(),
    text(),
    nullable(text()),
  ],
  row: sessionRow,
});

/**
 * Opens a session. The same statement deletes sessions that have ended or exceed the allowed number, and takes failed attempts
 * back. Returns null when the account's hash has changed meanwhile. The row lock puts this statement before or after a change
 * of the password, so that a session never survives a change that it did not see.
 */
async function insertSession(
  ctx: ClientContext,
  account: AccountRow,
  passwordHash: string,
  token: SessionToken,
): Promise<SessionRow | null> {
  const [session] = await insertSessionStatement.run(ctx.db, [
    newSessionId(),
    account.id,
    hashToken(token),
    ctx.own.sessionDays,
    maxSessions - 1,
    passwordHash,
    account.email,
    getClientNetwork(ctx),
  ]);
  return session ?? null;
}
