// A list for staff with one row for each of 3000 days, the newest first: reads its pages, and checks what all such lists promise.
import { expect } from 'vitest';
import type { SubgraphUnderTest } from '../../support/subgraph.ts';
import { staff } from '../../support/viewers.ts';

const dayMs = 86_400_000;
const startMs = Date.parse('2026-03-01T00:00:00Z');

/** The time of the row with number 0. */
export const firstDay = new Date(startMs);

/** The time of the row with this number. */
export function day(number: number): string {
  return new Date(startMs + number * dayMs).toISOString();
}

export interface PageOfDays {
  numbers: number[];
  hasNextPage: boolean;
  hasPreviousPage: boolean;
  startCursor: string;
  endCursor: string;
}

interface List<Node> {
  subgraph: SubgraphUnderTest;
  /** Its field of the type Query. */
  field: string;
  /** Has the variables `first`, `after`, `last`, `before` and `filter`. */
  query: string;
  getNumber: (node: Node) => number;
}

export function openListOfDays<Node>({ subgraph, field, query, getNumber }: List<Node>) {
  /** The numbers of the rows on a page, and what it says of its place. One statement reads it. */
  const read = async (variables: Record<string, unknown>): Promise<PageOfDays> => {
    const before = subgraph.statements();
    const { edges, pageInfo } = (await subgraph.data(query, variables, staff()))[field];
    expect(subgraph.statements() - before).toBe(1);
    return { numbers: edges.map(({ node }: { node: Node }) => getNumber(node)), ...pageInfo };
  };
  return {
    read,
    expectPagesFromBothEnds: async () => {
      const newest = await read({ first: 2 });
      expect(newest).toMatchObject({ numbers: [2999, 2998], hasNextPage: true, hasPreviousPage: false });
      expect((await read({ first: 100, after: newest.endCursor })).numbers).toEqual(
        Array.from({ length: 100 }, (_, place) => 2997 - place),
      );
      const oldest = await read({ last: 2 });
      expect(oldest).toMatchObject({ numbers: [1, 0], hasNextPage: false, hasPreviousPage: true });
      expect((await read({ last: 2, before: oldest.startCursor })).numbers).toEqual([3, 2]);
      expect((await read({})).numbers).toHaveLength(20);
    },
    expectRefusedFilter: async (filter: unknown, argument: string) => {
      const { errors } = await subgraph.graphql(query, { filter }, staff());
      const [extensions, ...more] = errors?.map((error) => error.extensions) ?? [];
      expect([extensions, more]).toMatchObject([{ code: 'BAD_USER_INPUT', argument }, []]);
    },
    /** A cursor of the list with one filter belongs to no list with one of the others. */
    expectForeignCursor: async (after: string, others: readonly unknown[]) => {
      for (const filter of others)
        expect(await subgraph.refusal(query, { after, filter }, staff())).toBe('BAD_USER_INPUT');
    },
  };
}
