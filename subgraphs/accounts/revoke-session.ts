// revokeSession: ends one session. A repeat changes nothing. A session of another account is refused as if it did not exist.

import { uuid } from '../../platform/database/column.ts';
import { changeStatement } from '../../platform/database/statement.ts';
import type { AccountViewer } from '../../platform/identity/viewer.ts';
import type { Context } from '../../platform/subgraph/context.ts';
import { type AccountId, isSessionId, type SessionId, type Unparsed } from '../../platform/values/ids.ts';
import { refuse } from './errors.ts';

export const revokeSessionStatement = changeStatement({
  text: `UPDATE accounts.session SET revoked_at = coalesce(revoked_at, now()), updated_at = now()
     WHERE id = $1 AND account_id = $2`,
  params: [uuid<SessionId>(), uuid<AccountId>()],
});

/** Refusals: SESSION_NOT_FOUND. */
export async function revokeSession(
  ctx: Context,
  viewer: AccountViewer,
  id: Unparsed<SessionId>,
): Promise<SessionId> {
  if (!isSessionId(id)) throw refuse('SESSION_NOT_FOUND');
  const [, revoked] = await revokeSessionStatement.run(ctx.db, [id, viewer.accountId]);
  if (revoked === 0) throw refuse('SESSION_NOT_FOUND');
  return id;
}
