// changeRoles: staff set the roles of an account. docs/databases.md says how the owner of the database makes the first
// account staff.

import { array, text, uuid } from '../../platform/database/column.ts';
import { changeStatement } from '../../platform/database/statement.ts';
import type { Context } from '../../platform/subgraph/context.ts';
import { type AccountId, isAccountId, type Unparsed } from '../../platform/values/ids.ts';
import { type AccountRow, accountTableRow, type Role } from './account.ts';
import { refuse } from './errors.ts';

export const changeRolesStatement = changeStatement({
  text: 'UPDATE accounts.account SET roles = $2, updated_at = now() WHERE id = $1 RETURNING *',
  params: [uuid<AccountId>(), array(text<Role>())],
  row: accountTableRow,
});

/** Refusals: ACCOUNT_NOT_FOUND. */
export async function changeRoles(
  ctx: Context,
  accountId: Unparsed<AccountId>,
  roles: readonly Role[],
): Promise<AccountRow> {
  if (!isAccountId(accountId)) throw refuse('ACCOUNT_NOT_FOUND');
  const [[account]] = await changeRolesStatement.run(ctx.db, [accountId, [...new Set(roles)]]);
  if (account === undefined) throw refuse('ACCOUNT_NOT_FOUND');
  return account;
}
