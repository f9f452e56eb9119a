// changeRoles: staff set the roles of an account. changeStaffRole is for the operator (`npm run staff`): nobody can run
// the mutation before there is a first member of staff. Sessions have no roles of their own: the account's next request has the new ones.

import { array, text, uuid } from '../../platform/database/column.ts';
import { changeStatement } from '../../platform/database/statement.ts';
import type { Context } from '../../platform/subgraph/context.ts';
import { type AccountId, isAccountId, type Unparsed } from '../../platform/values/ids.ts';
import { type AccountRow, accountByEmail, accountTableRow, type Role } from './account.ts';
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

export const addStaffRoleStatement = changeStatement({
  text: `UPDATE accounts.account SET roles = roles || '{STAFF}'::text[], updated_at = now()
     WHERE id = $1 AND NOT roles @> '{STAFF}'`,
  params: [uuid<AccountId>()],
});

export const removeStaffRoleStatement = changeStatement({
  text: `UPDATE accounts.account SET roles = array_remove(roles, 'STAFF'), updated_at = now()
     WHERE id = $1 AND roles @> '{STAFF}'`,
  params: [uuid<AccountId>()],
});

export interface StaffRoleChange {
  accountId: AccountId;
  /** False when the account had, or lacked, the role before. */
  hasChanged: boolean;
}

/** Finds the account as a sign-in does: in any letter case and either form of Unicode. Refusals: ACCOUNT_NOT_FOUND. */
export async function changeStaffRole(
  { db }: Pick<Context, 'db'>,
  email: string,
  change: 'add' | 'remove',
): Promise<StaffRoleChange> {
  const account = await accountByEmail({ db }, email.trim());
  if (account === null) throw refuse('ACCOUNT_NOT_FOUND');
  const statement = change === 'add' ? addStaffRoleStatement : removeStaffRoleStatement;
  const [, changed] = await statement.run(db, [account.id]);
  return { accountId: account.id, hasChanged: changed === 1 };
}
