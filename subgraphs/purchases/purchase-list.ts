// The list of all purchases, for staff: its filter, and one statement for each page.
import { text, uuid } from '../../platform/database/column.ts';
import { statement } from '../../platform/database/statement.ts';
import type { Connection, Page } from '../../platform/reads/connection.ts';
import {
  buildListForms,
  type CreatedFilter,
  type FilterCondition,
  readFilteredPage,
} from '../../platform/reads/filtered-list.ts';
import type { Context } from '../../platform/subgraph/context.ts';
import { type AccountId, requireId, type Unparsed } from '../../platform/values/ids.ts';
import { type PurchaseRow, purchaseColumns, purchaseRow } from './purchase.ts';
import type { PurchaseStatus } from './purchase-status.ts';

/** What a page of the list is filtered by. Null and undefined filter nothing. */
export interface PurchaseFilter extends CreatedFilter {
  status?: PurchaseStatus | null | undefined;
  accountId?: Unparsed<AccountId> | null | undefined;
}

const conditions: readonly FilterCondition[] = [
  { sql: 'account_id = $', value: uuid<AccountId>() },
  { column: 'status', value: text<PurchaseStatus>() },
];

export const purchaseListStatements = buildListForms('purchases.purchase', 'p', conditions).map(
  ({ from, params }) => statement({ text: `SELECT ${purchaseColumns} ${from}`, params, row: purchaseRow }),
);

/** Reads a page of all purchases, newest first, with their lines. Throws BAD_USER_INPUT for a malformed filter. */
export async function listPurchases(
  ctx: Pick<Context, 'db'>,
  { status, accountId, ...created }: PurchaseFilter,
  page: Page,
): Promise<Connection<PurchaseRow>> {
  const account = accountId == null ? null : requireId<AccountId>('filter.accountId', accountId);
  return readFilteredPage(ctx, purchaseListStatements, [account, status ?? null], created, page);
}
