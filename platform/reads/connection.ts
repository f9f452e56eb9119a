// Relay connections (GraphQL Cursor Connections Specification), newest first, in both directions. A cursor is the id of a row, bound
// to its list (cursor.ts). UUIDv7 sorts by time, so that the index finds a page by `id < after AND id > before`, from either end.

import type { ReadContext, RequestContext } from '../subgraph/context.ts';
import { badInput } from '../values/refusal.ts';
import { batchReads } from './batch.ts';
import { buildListKey, formatCursor, type ListKey, parseCursor } from './cursor.ts';

export const maxPageSize = 100;

/** The size of a page when a client names none. The SDL names it as `assumedSize`, for the cost of an operation. */
export const defaultPageSize = 20;

/** Exactly one of `first` and `last` is above zero: a page has the first rows between its cursors, or the last ones. */
export interface Page {
  first: number;
  last: number;
  /** The id after which the rows of the page are: they are older. Null for no bound. */
  after: string | null;
  /** The id before which the rows of the page are: they are newer. Null for no bound. */
  before: string | null;
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

type Given<Value> = Value | null | undefined;

export interface PageArguments {
  first?: Given<number>;
  after?: Given<string>;
  last?: Given<number>;
  before?: Given<string>;
}

/**
 * Checks the four arguments of a page. `field` is the field of the schema, such as `Account.purchases`, and `ownerId` the entity whose
 * list it is. All arguments but these four choose the rows of the list, so that a cursor belongs to their values. Throws BAD_USER_INPUT.
 */
export function parsePage(
  { first, after, last, before, ...choice }: PageArguments,
  field: string,
  ownerId?: string,
): Page {
  if (isGiven(first) && isGiven(last)) throw badInput('last', 'cannot be used together with "first"');
  const list = buildListKey(field, choice, ownerId);
  return {
    first: isGiven(last) ? 0 : parseSize('first', first ?? defaultPageSize),
    last: isGiven(last) ? parseSize('last', last) : 0,
    after: parseBound('after', after, list),
    before: parseBound('before', before, list),
    list,
  };
}

function isGiven<Value>(value: Given<Value>): value is Value {
  return value !== null && value !== undefined;
}

function parseSize(argument: 'first' | 'last', size: number): number {
  if (size < 1 || size > maxPageSize) throw badInput(argument, `must be from 1 to ${maxPageSize}`);
  return size;
}

function parseBound(argument: 'after' | 'before', cursor: Given<string>, list: ListKey): string | null {
  if (!isGiven(cursor)) return null;
  const id = parseCursor(list, cursor);
  if (id === null) throw badInput(argument, 'must be a cursor of this list with the same arguments');
  return id;
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

/**
 * Builds the connection from rows, newest first. There is one row more than the page has if there is another page in the direction of
 * the request. In the other direction the specification asks only whether the page begins at a cursor.
 */
export function buildConnection<Row extends { id: string }>(
  rows: readonly Row[],
  { first, last, after, before, list }: Page,
): Connection<Row> {
  const isForward = last === 0;
  const hasMore = rows.length > first + last;
  const edges = (isForward ? rows.slice(0, first) : rows.slice(-last)).map((node) => new Edge(node, list));
  return {
    edges,
    pageInfo: {
      hasNextPage: isForward ? hasMore : before !== null,
      hasPreviousPage: isForward ? after !== null : hasMore,
      get startCursor() {
        return edges.at(0)?.cursor ?? null;
      },
      get endCursor() {
        return edges.at(-1)?.cursor ?? null;
      },
    },
  };
}

/** Ids between which the rows of a page are, and how many rows to read from each end: one of the two numbers is zero. */
export type PageBounds = readonly [olderThan: string, newerThan: string, firsts: number, lasts: number];

/** The highest UUID and the lowest one: no row has them. */
const maxUuid = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
const minUuid = '00000000-0000-0000-0000-000000000000';

/** One row more than the page has, which shows that there is another page. */
export function getPageBounds({ first, last, after, before }: Page): PageBounds {
  return [after ?? maxUuid, before ?? minUuid, first === 0 ? 0 : first + 1, last === 0 ? 0 : last + 1];
}

/** Pages to read, as columns for `unnest`: for each page its owner and its bounds. */
export type Pages<OwnerId extends string = string> = readonly [
  owners: readonly OwnerId[],
  olderThan: readonly string[],
  newerThan: readonly string[],
  firsts: readonly number[],
  lasts: readonly number[],
];

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
      const bounds = keys.map(({ page }) => getPageBounds(page));
      const rows = await readPages(ctx, [
        keys.map(({ ownerId }) => ownerId),
        bounds.map(([olderThan]) => olderThan),
        bounds.map(([, newerThan]) => newerThan),
        bounds.map(([, , firsts]) => firsts),
        bounds.map(([, , , lasts]) => lasts),
      ]);
      const byPage = Map.groupBy(rows, ({ page }) => page);
      return keys.map(({ page }, index) => buildConnection<Row>(byPage.get(index + 1) ?? [], page));
    },
    ({ ownerId, page: { first, last, after, before } }) =>
      `${ownerId}:${first}:${last}:${after ?? ''}:${before ?? ''}`,
  );
  return (ctx, ownerId, page) => load(ctx, { ownerId, page });
}
