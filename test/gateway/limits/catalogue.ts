// A graph for tests of limits: one subgraph that resolves queries of any depth and width, with an expensive mutation, a cheap
// one, and input of every kind.
import { openSmallGraph, type SmallGraph } from '../small-graph.ts';

export const sdl = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9",
    import: ["@key", "@cost", "@listSize", "@tag"])
  scalar Decimal @specifiedBy(url: "https://tributary.dev/scalars/decimal")
  scalar Anything
  type Query {
    item(id: ID): Item
    items(first: Int = 10, last: Int): [Item!] @listSize(slicingArguments: ["first", "last"])
    page(first: Int!): Page @listSize(slicingArguments: ["first"], sizedFields: ["entries"])
    named(names: [String!], size: Size, search: Search, anything: Anything, price: Decimal): String
  }
  type Mutation {
    signIn(password: String): Int @cost(weight: 100)
    rename(name: String): Int
  }
  interface Thing { id: ID }
  type Item implements Thing @key(fields: "id") {
    id: ID
    label: String
    parent: Item
    "Without @listSize."
    parts: [Item!]
    similar: [Item!] @listSize(assumedSize: 5)
    page(first: Int!): Page @listSize(slicingArguments: ["first"], sizedFields: ["entries"])
    report: Report @cost(weight: 40)
  }
  type Page { entries: [Item!] total: Int }
  type Report { text: String }
  enum Size { SMALL LARGE }
  input Search { label: String within: Search price: Decimal many: [Int!] deep: Int @cost(weight: 7) }
`;

const item: object = {
  id: '1',
  label: 'lamp',
  parent: () => item,
  parts: () => [item],
  similar: () => [item],
  page: () => ({ entries: [item], total: 1 }),
  report: () => ({ text: 'fine' }),
};

const resolvers = {
  Query: {
    item: () => item,
    items: () => [item],
    page: () => ({ entries: [item], total: 1 }),
    named: () => 'named',
  },
  Mutation: { signIn: () => 1, rename: () => 2 },
  Thing: { __resolveType: () => 'Item' },
};

export function openCatalogue(source: Readonly<Record<string, string>> = {}): Promise<SmallGraph> {
  return openSmallGraph({ catalogue: { sdl, resolvers } }, source);
}

export interface Refused {
  status: number;
  codes: unknown[];
  messages: string[];
  /** The number of operations that the subgraph got. */
  asked: number;
  hasData: boolean;
  /** Milliseconds, of this process's processor time or of the clock, whichever is less: the machine may be busy. */
  ms: number;
}

/** Sends a request and describes the response. */
export async function send(
  graph: SmallGraph,
  query: string,
  variables: object = {},
  more: object = {},
): Promise<Refused> {
  const before = graph.asked.length;
  const start = performance.now();
  const processor = process.cpuUsage();
  const response = await graph.post({ query, variables, ...more });
  const { data, errors = [] } = (await response.json()) as {
    data?: object | null;
    errors?: { message: string; extensions?: { code?: unknown } }[];
  };
  const { user, system } = process.cpuUsage(processor);
  return {
    status: response.status,
    codes: errors.map(({ extensions }) => extensions?.code),
    messages: errors.map(({ message }) => message),
    asked: graph.asked.length - before,
    hasData: data !== undefined && data !== null,
    ms: Math.min(performance.now() - start, (user + system) / 1_000),
  };
}

/** `count` parts of a document, each built from its index. */
export function many(count: number, piece: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => piece(index)).join(' ');
}

/** An operation with fields nested `depth` levels deep, and a leaf. */
export function nested(depth: number, leaf = 'label'): string {
  return `{ item { ${'parent { '.repeat(depth - 2)}${leaf}${' }'.repeat(depth)}`;
}

/** The outcome of every operation that a limit refuses. */
export function refusedWith(...codes: string[]) {
  return { status: 400, codes, asked: 0, hasData: false };
}

/** The response without its messages and its time. */
export function outcome({ status, codes, asked, hasData }: Refused) {
  return { status, codes, asked, hasData };
}
