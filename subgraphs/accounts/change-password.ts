// changePassword: whoever holds the current password sets a new one, and every other session ends with the old one.
import type { Context } from '../../platform/context.ts';
import type { AccountViewer } from '../../platform/viewer.ts';
import type { AccountRow } from './account.ts';
import { refuse } from './errors.ts';
import type { Own } from './index.ts';

/** Refusals: CREDENTIALS_WRONG, PASSWORD_TOO_SHORT, PASSWORD_TOO_LONG, OVERLOADED. */
export async function changePassword(
  ctx: Context<Own>,
  viewer: AccountViewer,
  input: { currentPassword: string; newPassword: string },
): Promise<AccountRow> {
  const [current]: AccountRow[] = await ctx.db.query('SELECT * FROM accounts.account WHERE id = $1', [
    viewer.accountId,
  ]);
  const matches = await ctx.own.passwords.verify(current?.password_hash ?? null, input.currentPassword);
  if (current === undefined || !matches) throw refuse('CREDENTIALS_WRONG');
  const passwordHash = await ctx.own.passwords.hash(input.newPassword);

  return ctx.db.transaction(async (tx) => {
    // The old hash in the condition lets one of two simultaneous changes win; the other one's password was not current.
    const [[account]] = await tx.query(
      `UPDATE accounts.account SET password_hash = $2, updated_at = now()
       WHERE id = $1 AND password_hash = $3 RETURNING *`,
      [viewer.accountId, passwordHash, current.password_hash],
    );
    if (account === undefined) throw refuse('CREDENTIALS_WRONG');
    await tx.query(
      `UPDATE accounts.session SET revoked_at = now(), updated_at = now()
       WHERE account_id = $1 AND id <> $2 AND revoked_at IS NULL`,
      [viewer.accountId, viewer.sessionId],
    );
    return account;
  });
}
