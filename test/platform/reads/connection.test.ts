import { expect, test } from 'vitest';
import {
  batchConnections,
  buildConnection,
  maxPageSize,
  type Page,
  type Pages,
  parsePage,
} from '../../../platform/reads/connection.ts';
import { buildListKey } from '../../../platform/reads/cursor.ts';
import type { RequestContext } from '../../../platform/subgraph/context.ts';
import { newId } from '../../../platform/values/uuid.ts';

const badInput = expect.objectContaining({ code: 'BAD_USER_INPUT' });

/** Newest first, as a query returns them. */
const rows = Array.from({ length: 5 }, () => ({ id: newId() })).toReversed();

function read(page: Page) {
  return rows.filter(({ id }) => page.after === null || id < page.after).slice(0, page.first + 1);
}

const parse = (args: { first: number; after?: string | null }) => parsePage(args, 'Query.rows');
const list = buildListKey('Query.rows', {});

test('returns all rows page by page, each once, and reports whether there are pages before and after', () => {
  const seen: string[] = [];
  const flags: boolean[][] = [];
  let after: string | null = null;
  do {
    const page = parse({ first: 2, after });
    const { edges, pageInfo } = buildConnection(read(page), page);
    seen.push(...edges.map(({ node }) => node.id));
    flags.push([pageInfo.hasPreviousPage, pageInfo.hasNextPage]);
    expect(pageInfo.startCursor).toBe(edges[0]?.cursor);
    expect(pageInfo.endCursor).toBe(edges.at(-1)?.cursor);
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
  } while (after !== null);
  expect(seen).toEqual(rows.map(({ id }) => id));
  expect(flags).toEqual([
    [false, true],
    [true, true],
    [true, false],
  ]);
});

test('has no next page when the rows end exactly with the page', () => {
  const page = parse({ first: rows.length });
  expect(buildConnection(read(page), page).pageInfo.hasNextPage).toBe(false);
});

test('builds an empty connection without rows', () => {
  const { edges, pageInfo } = buildConnection([], parse({ first: 1 }));
  expect(edges).toEqual([]);
  expect({ ...pageInfo }).toEqual({
    hasNextPage: false,
    hasPreviousPage: false,
    startCursor: null,
    endCursor: null,
  });
});

test.each([1, maxPageSize])('accepts first: %d', (first) => {
  expect(parse({ first, after: null })).toEqual({ first, after: null, list });
});

test.each([0, -1, maxPageSize + 1, 2 ** 31 - 1])('refuses first: %d', (first) => {
  expect(() => parse({ first })).toThrow(badInput);
});

test('accepts a cursor of the list, and refuses one of another field, of other arguments or of another owner', () => {
  const page = parsePage({ first: 1 }, 'Account.rows', 'ada');
  const [edge] = buildConnection(rows, page).edges;
  const after = edge?.cursor;
  expect(parsePage({ first: 9, after }, 'Account.rows', 'ada')).toEqual({
    ...page,
    first: 9,
    after: rows[0]?.id,
  });
  expect(() => parsePage({ first: 9, after }, 'Account.others', 'ada')).toThrow(badInput);
  expect(() => parsePage({ first: 9, after }, 'Account.rows', 'grace')).toThrow(badInput);
  const filtered = { first: 9, after, filter: { name: 'x' } };
  expect(() => parsePage(filtered, 'Account.rows', 'ada')).toThrow(badInput);
});

test('reads the pages of many owners with one call, each distinct page once', async () => {
  const id = newId();
  const calls: Pages[] = [];
  const load = batchConnections<{ id: string }>(async (_reader, pages) => {
    calls.push(pages);
    const [owners, , counts] = pages;
    return owners.flatMap((owner, index) =>
      [`${owner}2`, `${owner}1`].slice(0, counts[index]).map((id) => ({ id, page: index + 1 })),
    );
  });
  const ctx = { openBatches: new Map(), requestReads: new Map() } as unknown as RequestContext;
  const [one, two] = [
    { first: 1, after: null, list },
    { first: 2, after: id, list },
  ];
  const answers = await Promise.all([
    load(ctx, 'a', one),
    load(ctx, 'b', one),
    load(ctx, 'a', two),
    load(ctx, 'a', one),
  ]);
  const all = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
  expect(calls).toEqual([
    [
      ['a', 'b', 'a'],
      [all, all, id],
      [2, 2, 3],
    ],
  ]);
  expect(answers.map(({ edges }) => edges.map(({ node }) => node.id))).toEqual([
    ['a2'],
    ['b2'],
    ['a2', 'a1'],
    ['a2'],
  ]);
  expect(answers.map(({ pageInfo }) => pageInfo.hasNextPage)).toEqual([true, true, false, true]);
});
