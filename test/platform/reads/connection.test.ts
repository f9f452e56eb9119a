import { expect, test } from 'vitest';
import {
  batchConnections,
  buildConnection,
  getPageBounds,
  maxPageSize,
  type Page,
  type PageArguments,
  type Pages,
  parsePage,
} from '../../../platform/reads/connection.ts';
import { buildListKey } from '../../../platform/reads/cursor.ts';
import type { RequestContext } from '../../../platform/subgraph/context.ts';
import { newId } from '../../../platform/values/uuid.ts';

const badInput = expect.objectContaining({ code: 'BAD_USER_INPUT' });

/** Newest first, as a query returns them. */
const rows = Array.from({ length: 5 }, () => ({ id: newId() })).toReversed();

/** Reads the rows of a page as the statements do. */
function read(page: Page) {
  const [olderThan, newerThan, firsts, lasts] = getPageBounds(page);
  const between = rows.filter(({ id }) => id < olderThan && id > newerThan);
  return lasts === 0 ? between.slice(0, firsts) : between.slice(-lasts);
}

const parse = (args: PageArguments) => parsePage(args, 'Query.rows');
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
  expect(parse({ first, after: null })).toEqual({ first, last: 0, after: null, before: null, list });
  expect(parse({ last: first })).toEqual({ first: 0, last: first, after: null, before: null, list });
});

test('reads the first 20 rows by default, and takes null as absent', () => {
  const page = { first: 20, last: 0, after: null, before: null, list };
  expect(parse({})).toEqual(page);
  expect(parse({ first: null, after: null, last: null, before: null })).toEqual(page);
});

test.each([0, -1, maxPageSize + 1, 2 ** 31 - 1])('refuses first or last: %d', (size) => {
  expect(() => parse({ first: size })).toThrow(badInput);
  expect(() => parse({ last: size })).toThrow(badInput);
});

test('refuses first and last together', () => {
  expect(() => parse({ first: 1, last: 1 })).toThrow('"last" cannot be used together with "first".');
});

/** The algorithm of the specification, word by word, over the positions of all rows. */
function buildBySpecification(args: { first?: number; last?: number; after?: number; before?: number }) {
  const { first, last, after, before } = args;
  const between = rows
    .map((_row, position) => position)
    .filter((position) => after === undefined || position > after)
    .filter((position) => before === undefined || position < before);
  const shown =
    first !== undefined ? between.slice(0, first) : last !== undefined ? between.slice(-last) : between;
  const hasPreviousPage = last !== undefined ? between.length > last : after !== undefined;
  const hasNextPage = first !== undefined ? between.length > first : before !== undefined;
  return { shown: shown.map((position) => rows[position]?.id), hasPreviousPage, hasNextPage };
}

test('answers every page of five rows as the specification says', () => {
  const all = buildConnection(read(parse({})), parse({})).edges;
  const positions = [undefined, 0, 1, 2, 3, 4];
  const sizes = [1, 2, 5, 6].flatMap((size) => [{ first: size }, { last: size }]);
  for (const size of sizes)
    for (const after of positions)
      for (const before of positions) {
        const cursorAt = (position?: number) => (position === undefined ? null : all[position]?.cursor);
        const page = parse({ ...size, after: cursorAt(after), before: cursorAt(before) });
        const { edges, pageInfo } = buildConnection(read(page), page);
        const { hasPreviousPage, hasNextPage, startCursor, endCursor } = pageInfo;
        const given = JSON.stringify({ size, after, before });
        const bounds = {
          ...(after === undefined ? {} : { after }),
          ...(before === undefined ? {} : { before }),
        };
        expect({ shown: edges.map(({ node }) => node.id), hasPreviousPage, hasNextPage }, given).toEqual(
          buildBySpecification({ ...size, ...bounds }),
        );
        expect([startCursor, endCursor], given).toEqual([
          edges.at(0)?.cursor ?? null,
          edges.at(-1)?.cursor ?? null,
        ]);
      }
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
    const [owners, , , firsts] = pages;
    return owners.flatMap((owner, index) =>
      [`${owner}2`, `${owner}1`].slice(0, firsts[index] || undefined).map((id) => ({ id, page: index + 1 })),
    );
  });
  const ctx = { openBatches: new Map(), requestReads: new Map() } as unknown as RequestContext;
  const [one, two] = [
    { first: 1, last: 0, after: null, before: null, list },
    { first: 2, last: 0, after: id, before: null, list },
  ] as const;
  const fromEnd = { first: 0, last: 1, after: null, before: id, list };
  const answers = await Promise.all([
    load(ctx, 'a', one),
    load(ctx, 'b', one),
    load(ctx, 'a', two),
    load(ctx, 'a', one),
    load(ctx, 'a', fromEnd),
  ]);
  const all = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
  const none = '00000000-0000-0000-0000-000000000000';
  expect(calls).toEqual([
    [
      ['a', 'b', 'a', 'a'],
      [all, all, id, all],
      [none, none, none, id],
      [2, 2, 3, 0],
      [0, 0, 0, 2],
    ],
  ]);
  expect(answers.map(({ edges }) => edges.map(({ node }) => node.id))).toEqual([
    ['a2'],
    ['b2'],
    ['a2', 'a1'],
    ['a2'],
    ['a1'],
  ]);
  expect(answers.map(({ pageInfo }) => pageInfo.hasNextPage)).toEqual([true, true, false, true, true]);
  expect(answers.at(-1)?.pageInfo.hasPreviousPage).toBe(true);
});
