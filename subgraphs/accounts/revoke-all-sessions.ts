// revokeAllSessions: ends all sessions of an account, including the one that calls it.

import { uuid } from '../../platform/database/column.ts';
import { changeStatement } from '../../platform/database/statement.ts';
import type { AccountViewer } from '../../platform/identity/viewer.ts';
import type { Context } from '../../platform/subgraph/context.ts';
import type { AccountId } from '../../platform/values/ids.ts';

export const revokeAllSessionsStatement = changeStatement({
  text: `UPDATE accounts.session SET revoked_at = now(), updated_at = now()
     WHERE account_id = $1 AND revoked_at IS NULL AND expires_at > now()`,
  params: [uuid<AccountId>()],
});

/** Returns how many sessions were still open. */
export async function revokeAllSessions(ctx: Context, viewer: AccountViewer): Promise<number> {
  const [, revoked] = await revokeAllSessionsStatement.run(ctx.db, [viewer.accountId]);
  return revoked;
}
