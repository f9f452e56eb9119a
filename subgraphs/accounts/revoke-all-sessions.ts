// revokeAllSessions: signs an account out everywhere, here included.

import type { AccountViewer } from '../../platform/identity/viewer.ts';
import type { Context } from '../../platform/subgraph/context.ts';

/** Answers how many sessions were still open. */
export async function revokeAllSessions(ctx: Context, viewer: AccountViewer): Promise<number> {
  const [, revoked] = await ctx.db.query(
    `UPDATE accounts.session SET revoked_at = now(), updated_at = now()
     WHERE account_id = $1 AND revoked_at IS NULL AND expires_at > now()`,
    [viewer.accountId],
  );
  return revoked;
}
