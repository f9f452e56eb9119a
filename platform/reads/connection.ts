// Relay connections (GraphQL Cursor Connections Specification), newest first, forward only. A cursor is the id of a row, bound to its
// list (cursor.ts). UUIDv7 sorts by time, so that the index finds a page by `id < after ORDER BY id DESC`.

import type { ReadContext, RequestContext } from '../subgraph/context.ts';
import { badInput } from '../values/refusal.ts';
import { batchReads } from './batch.ts';
import { buildListKey, formatCursor, type ListKey, parseCursor } from './cursor.ts';

export const maxPageSize = 100;

export interface Page {
  first: number;
  /** Id of the last row that the client has seen. Null for the first page. */
  after: string | null;
  /** The list to which the cursors of the page belong. */
  list: ListKey;
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

interface PageArguments {
  first: number;
  after?: string | null | undefined;
}

/**
 * Checks `first` and `after`. `field` is the field of the schema, such as `Account.purchases`, and `ownerId` the entity whose list it
 * is. All arguments but these two choose the rows of the list, so that a cursor belongs to their values. Throws BAD_USER_INPUT.
 */
export function parsePage({ first, after, ...choice }: PageArguments, field: string, ownerId?: string): Page {
  if (first < 1 || first > maxPageSize) throw badInput('first', `must be from 1 to ${maxPageSize}`);
  const list = buildListKey(field, choice, ownerId);
  if (after === null || after === undefined) return { first, after: null, list };
  const id = parseCursor(list, after);
  if (id === null) throw badInput('after', 'must be a cursor of this list with the same arguments');
  return { first, after: id, list };
}

/** A class, so that one getter for all edges makes a cursor when a client selects it: most operations select none. */
class Edge<Row extends { id: string }> {
  node: Row;
  readonly #list: ListKey;
  constructor(node: Row, list: ListKey) {
    this.node = node;
    this.#list = list;
  }
  get cursor(): string {
    return formatCursor(this.#list, this.node.id);
  }
}

/** Builds the connection from `first + 1` rows. The additional row only shows that there is another page. */
export function buildConnection<Row extends { id: string }>(
  rows: readonly Row[],
  { first, after, list }: Page,
): Connection<Row> {
  const edges = rows.slice(0, first).map((node) => new Edge(node, list));
  return {
    edges,
    pageInfo: {
      hasNextPage: rows.length > first,
      hasPreviousPage: after !== null,
      get startCursor() {
        return edges.at(0)?.cursor ?? null;
      },
      get endCursor() {
        return edges.at(-1)?.cursor ?? null;
      },
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
