// Relay connections (GraphQL Cursor Connections Specification), newest first, forward only. A cursor is the id of a row. UUIDv7 sorts by
// time, so that the index finds a page by `id < after ORDER BY id DESC`.

import type { ReadContext, RequestContext } from '../subgraph/context.ts';
import { badInput } from '../values/refusal.ts';
import { isUuid } from '../values/uuid.ts';
import { batchReads } from './batch.ts';

export const maxPageSize = 100;

export interface Page {
  first: number;
  /** Id of the last row that the client has seen. Null for the first page. */
  after: string | null;
}

export interface Connection<Row> {
  edges: { cursor: string; node: Row }[];
  pageInfo: {
    hasNextPage: boolean;
    hasPreviousPage: boolean;
    startCursor: string | null;
    endCursor: string | null;
  };
}

/** Checks `first` and `after`. Throws BAD_USER_INPUT. */
export function parsePage(args: { first: number; after?: string | null | undefined }): Page {
  if (args.first < 1 || args.first > maxPageSize) throw badInput('first', `must be from 1 to ${maxPageSize}`);
  if (args.after === null || args.after === undefined) return { first: args.first, after: null };
  const id = Buffer.from(args.after, 'base64url').toString('latin1');
  if (!isUuid(id) || formatCursor(id) !== args.after)
    throw badInput('after', 'must be a cursor from this connection');
  return { first: args.first, after: id };
}

/** Builds the connection from `first + 1` rows. The additional row only shows that there is another page. */
export function buildConnection<Row extends { id: string }>(
  rows: readonly Row[],
  page: Page,
): Connection<Row> {
  const edges = rows.slice(0, page.first).map((node) => ({ cursor: formatCursor(node.id), node }));
  return {
    edges,
    pageInfo: {
      hasNextPage: rows.length > page.first,
      hasPreviousPage: page.after !== null,
      startCursor: edges.at(0)?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}

/** Pages to read, as columns for `unnest`: for each page its owner, the id before which its rows are, and the number of rows. */
export type Pages<OwnerId extends string = string> = readonly [
  owners: readonly OwnerId[],
  before: readonly string[],
  counts: readonly number[],
];

/** The highest UUID: all rows are before it. */
const maxUuid = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/**
 * Reads pages of connections, in one statement for all owners and pages. `readPages` returns the rows of each page, newest first, up
 * to the requested number. `page` is the position of the page in the columns, starting at 1 (WITH ORDINALITY).
 */
export function batchConnections<Row extends { id: string }, OwnerId extends string = string>(
  readPages: (ctx: ReadContext, pages: Pages<OwnerId>) => Promise<readonly (Row & { page: number })[]>,
): (ctx: RequestContext, ownerId: OwnerId, page: Page) => Promise<Connection<Row>> {
  interface Key {
    ownerId: OwnerId;
    page: Page;
  }
  const load = batchReads<Key, Connection<Row>>(
    async (ctx, keys) => {
      const rows = await readPages(ctx, [
        keys.map(({ ownerId }) => ownerId),
        keys.map(({ page }) => page.after ?? maxUuid),
        keys.map(({ page }) => page.first + 1),
      ]);
      const byPage = Map.groupBy(rows, ({ page }) => page);
      return keys.map(({ page }, index) => buildConnection<Row>(byPage.get(index + 1) ?? [], page));
    },
    ({ ownerId, page }) => `${ownerId}:${page.first}:${page.after ?? ''}`,
  );
  return (ctx, ownerId, page) => load(ctx, { ownerId, page });
}

function formatCursor(id: string): string {
  return Buffer.from(id, 'latin1').toString('base64url');
}
