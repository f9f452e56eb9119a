// changePassword: an account sets a new password by giving the current one. All its other sessions end.
import { nullable, text, uuid } from '../../platform/database/column.ts';
import { changeStatement, statement } from '../../platform/database/statement.ts';
import type { AccountViewer } from '../../platform/identity/viewer.ts';
import type { AccountId, SessionId } from '../../platform/values/ids.ts';
import { parseInput } from '../../platform/values/input.ts';
import { type AccountRow, type AccountTable, accountTableRow } from './account.ts';
import { buildForgiveSql } from './attempt.ts';
import { type ClientContext, countPasswordAttempt, getClientNetwork } from './count-attempt.ts';
import { refuse } from './errors.ts';
import { parseNewPassword } from './new-password.ts';
import type { Hashing } from './passwords.ts';

export const accountWithHashStatement = statement({
  text: 'SELECT * FROM accounts.account WHERE id = $1',
  params: [uuid<AccountId>()],
  row: accountTableRow,
});

/** The condition names the old hash. So one of two simultaneous changes wins, and the other one is refused. */
export const changePasswordStatement = statement({
  text: `WITH changed AS (
         UPDATE accounts.account SET password_hash = $2, updated_at = now()
         WHERE id = $1 AND password_hash = $3 RETURNING *
       ), forgiven AS (${buildForgiveSql('$4::text', '$5::text', 'EXISTS (SELECT FROM changed)')})
       SELECT * FROM changed`,
  params: [uuid<AccountId>(), text(), text(), text(), nullable(text())],
  row: accountTableRow,
});

export const revokeOtherSessionsStatement = changeStatement({
  text: `UPDATE accounts.session SET revoked_at = now(), updated_at = now()
       WHERE account_id = $1 AND id <> $2 AND revoked_at IS NULL`,
  params: [uuid<AccountId>(), uuid<SessionId>()],
});

/** Refusals: CREDENTIALS_WRONG, TOO_MANY_ATTEMPTS, PASSWORD_TOO_SHORT, PASSWORD_TOO_LONG, PASSWORD_PUBLIC, OVERLOADED. */
export async function changePassword(
  ctx: ClientContext,
  viewer: AccountViewer,
  input: { currentPassword: string; newPassword: string },
): Promise<AccountRow> {
  parseInput({ newPassword: () => parseNewPassword(ctx, input.newPassword) });
  const { current, passwordHash } = await ctx.own.passwords.inTurn(ctx, (hashing) =>
    hashNewPassword(ctx, viewer, input, hashing),
  );

  return ctx.db.transaction(async (tx) => {
    const [account] = await changePasswordStatement.run(tx, [
      viewer.accountId,
      passwordHash,
      current.password_hash,
      current.email,
      getClientNetwork(ctx),
    ]);
    if (account === undefined) throw refuse('CREDENTIALS_WRONG');
    await revokeOtherSessionsStatement.run(tx, [viewer.accountId, viewer.sessionId]);
    return account;
  });
}

/** Refuses CREDENTIALS_WRONG unless the current password is right. */
async function hashNewPassword(
  ctx: ClientContext,
  viewer: AccountViewer,
  input: { currentPassword: string; newPassword: string },
  { verify, hash }: Hashing,
): Promise<{ current: AccountTable; passwordHash: string }> {
  const [current] = await accountWithHashStatement.run(ctx.db, [viewer.accountId]);
  // Someone with a stolen session could guess the password here as well, so the attempt is counted.
  if (current !== undefined) await countPasswordAttempt(ctx, current.email);
  const matches = await verify(current?.password_hash ?? null, input.currentPassword);
  if (current === undefined || !matches) throw refuse('CREDENTIALS_WRONG');
  return { current, passwordHash: await hash(input.newPassword) };
}
