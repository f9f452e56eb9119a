// The list of all accounts, for staff: its filter, and one statement for each page.
import { array, text } from '../../platform/database/column.ts';
import { statement } from '../../platform/database/statement.ts';
import type { Connection, Page } from '../../platform/reads/connection.ts';
import {
  buildListForms,
  type CreatedFilter,
  type FilterCondition,
  readFilteredPage,
  withoutValue,
} from '../../platform/reads/filtered-list.ts';
import type { Context } from '../../platform/subgraph/context.ts';
import { badInput } from '../../platform/values/refusal.ts';
import { type AccountRow, accountRow, type Role } from './account.ts';

/** What a page of the list is filtered by. Null and undefined filter nothing. */
export interface AccountFilter extends CreatedFilter {
  email?: string | null | undefined;
  role?: Role | null | undefined;
}

const roles: readonly Role[] = ['STAFF', 'CUSTOMER'];

const conditions: readonly FilterCondition[] = [
  {
    // An account from before addresses were stored in their composed form is found by the form that it was given then.
    sql: 'lower(email) = ANY(ARRAY[lower(($::text[])[1]), lower(($::text[])[2])])',
    value: array(text()),
    leavesFewRows: true,
  },
  // Each role is a condition of its own, so that the partial index of the accounts of staff serves its statements.
  ...roles.map((role) => ({ sql: `roles @> '{${role}}'` })),
];

export const accountListStatements = buildListForms('accounts.account', 'a', conditions).map(
  ({ from, params }) =>
    statement({ text: `SELECT id, email, name, roles, created_at ${from}`, params, row: accountRow }),
);

/** Reads a page of all accounts, newest first. Throws BAD_USER_INPUT for a malformed filter. */
export async function listAccounts(
  ctx: Pick<Context, 'db'>,
  { email, role, ...created }: AccountFilter,
  page: Page,
): Promise<Connection<AccountRow>> {
  const values = [parseEmail(email), ...roles.map((each) => (each === role ? withoutValue : null))];
  return readFilteredPage(ctx, accountListStatements, values, created, page);
}

/** The address as it was given and in its composed form. */
function parseEmail(given: string | null | undefined): readonly [string, string] | null {
  if (given === null || given === undefined) return null;
  const email = given.trim();
  if (email.length < 1 || email.length > 254) throw badInput('filter.email', 'must have 1 to 254 characters');
  // No address contains a control character, and PostgreSQL's type text cannot hold a NUL character.
  if (/\p{Cc}/u.test(email)) throw badInput('filter.email', 'must have no control characters');
  return [email, email.normalize('NFC')];
}
