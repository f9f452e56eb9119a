// Relay connections (GraphQL Cursor Connections Specification), newest first, forward only.
// A cursor is the id of a row: UUIDv7 sorts by time, so `id < after ORDER BY id DESC` is the page, by index.
import { batched } from './batch.ts';
import type { RequestContext } from './context.ts';
import { badInput } from './refusal.ts';
import { isUuid } from './uuid.ts';

export const maximumPage = 100;

export interface Page {
  first: number;
  /** Id of the last row the client has seen; null for the first page. */
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
export function pageOf(args: { first: number; after?: string | null | undefined }): Page {
  if (args.first < 1 || args.first > maximumPage) throw badInput('first', `must be from 1 to ${maximumPage}`);
  if (args.after === null || args.after === undefined) return { first: args.first, after: null };
  const id = Buffer.from(args.after, 'base64url').toString('latin1');
  if (!isUuid(id) || cursorOf(id) !== args.after)
    throw badInput('after', 'must be a cursor from this connection');
  return { first: args.first, after: id };
}

/** Builds the connection from `first + 1` rows: the one too many only tells that another page exists. */
export function connectionOf<Row extends { id: string }>(rows: readonly Row[], page: Page): Connection<Row> {
  const edges = rows.slice(0, page.first).map((node) => ({ cursor: cursorOf(node.id), node }));
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

/**
 * The first n of each owner, in one statement for all owners. `readFirstOfEach` returns up to `first + 1` rows an
 * owner, newest first; owners asked for with other arguments (an alias) form a batch of their own.
 */
export function batchedConnection<Row extends { id: string }>(
  readFirstOfEach: (ctx: RequestContext, ownerIds: readonly string[], page: Page) => Promise<readonly Row[]>,
  ownerOf: (row: Row) => string,
): (ctx: RequestContext, ownerId: string, page: Page) => Promise<Connection<Row>> {
  interface Key {
    ownerId: string;
    page: Page;
  }
  const pageKey = ({ first, after }: Page) => `${first}:${after ?? ''}`;
  const load = batched<Key, Connection<Row>>(
    async (ctx, keys) => {
      const byPage = Map.groupBy(keys, ({ page }) => pageKey(page));
      const found = new Map<string, Connection<Row>>();
      await Promise.all(
        [...byPage.values()].map(async (group) => {
          const page = group[0]?.page;
          if (page === undefined) return;
          const ownerIds = group.map(({ ownerId }) => ownerId);
          const rows = Map.groupBy(await readFirstOfEach(ctx, ownerIds, page), ownerOf);
          for (const id of ownerIds)
            found.set(`${id}:${pageKey(page)}`, connectionOf(rows.get(id) ?? [], page));
        }),
      );
      return keys.map(
        ({ ownerId, page }) => found.get(`${ownerId}:${pageKey(page)}`) ?? connectionOf<Row>([], page),
      );
    },
    ({ ownerId, page }) => `${ownerId}:${pageKey(page)}`,
  );
  return (ctx, ownerId, page) => load(ctx, { ownerId, page });
}

function cursorOf(id: string): string {
  return Buffer.from(id, 'latin1').toString('base64url');
}
