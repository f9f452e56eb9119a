// The account table: its row types, its entity and its reads. The password hash never leaves this folder.
import { EntitySchema } from 'typeorm';
import { array, type RowOf, text, timestamptz, uuid } from '../../platform/database/column.ts';
import { statement } from '../../platform/database/statement.ts';
import { batchReadsById } from '../../platform/reads/batch.ts';
import type { Context } from '../../platform/subgraph/context.ts';
import type { AccountId } from '../../platform/values/ids.ts';

export type Role = 'CUSTOMER' | 'STAFF';

/** An account as resolvers read it. The password hash is not part of it. */
export type AccountRow = RowOf<typeof accountRow>;

export const accountRow = {
  id: uuid<AccountId>(),
  email: text(),
  name: text(),
  roles: array(text<Role>()),
  created_at: timestamptz(),
};

export type AccountTable = RowOf<typeof accountTableRow>;

/** All columns, for the statements that compare or change a password. */
export const accountTableRow = { ...accountRow, password_hash: text(), updated_at: timestamptz() };

/** The unique index over lower(email). It makes email addresses that differ only in letter case belong to one account. */
export const accountEmailKey = 'account_email_key';

export const accountTable = new EntitySchema<AccountTable>({
  name: 'account',
  columns: {
    id: { type: 'uuid', primary: true, primaryKeyConstraintName: 'account_pkey' },
    email: { type: 'text' },
    name: { type: 'text' },
    roles: { type: 'text', array: true },
    password_hash: { type: 'text' },
    created_at: { type: 'timestamptz', default: () => 'now()' },
    updated_at: { type: 'timestamptz', default: () => 'now()' },
  },
  indices: [{ name: 'account_staff_idx', columns: ['id'], where: `"roles" @> '{STAFF}'` }],
  checks: [
    { name: 'account_email_check', expression: `"email" LIKE '%_@_%'` },
    { name: 'account_roles_check', expression: `"roles" <@ ARRAY['CUSTOMER', 'STAFF']` },
  ],
});

export const accountsByIdStatement = statement({
  text: 'SELECT id, email, name, roles, created_at FROM accounts.account WHERE id = ANY($1)',
  params: [array(uuid<AccountId>())],
  row: accountRow,
});

/** Reads accounts by id, with one statement for a whole plan node. */
export const accountById = batchReadsById<AccountRow>(({ db }, ids) => accountsByIdStatement.run(db, [ids]));

export const accountByEmailStatement = statement({
  // An account from before addresses were stored in their composed form is found by the form that it was given then.
  text: `SELECT * FROM accounts.account WHERE lower(email) = ANY(ARRAY[lower($1), lower($2)])
         ORDER BY lower(email) <> lower($1) LIMIT 1`,
  params: [text(), text()],
  row: accountTableRow,
});

/** Reads the account with this email address, in any letter case. The row includes the password hash. */
export async function accountByEmail(
  { db }: Pick<Context, 'db'>,
  email: string,
): Promise<AccountTable | null> {
  // PostgreSQL's type text cannot hold a NUL character, so no account has one, and the statement would fail.
  if (email.includes('\0')) return null;
  const [row] = await accountByEmailStatement.run(db, [email, email.normalize('NFC')]);
  return row ?? null;
}
