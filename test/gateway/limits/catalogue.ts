// A graph for tests of limits: one subgraph that answers honest queries as deep and wide as they come, a mutation that
// costs much, one that does not, and input of every kind.
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
    "Nobody says how many."
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
  /** How many operations the subgraph was asked. */
  asked: number;
  hasData: boolean;
  /** Milliseconds that it took, of this process's time on the processor or in all: the machine may be busy. */
  ms: number;
}

/** Sends a request and says what came of it. */
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

/** `count` pieces of a document, each made from its number. */
export function many(count: number, piece: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => piece(index)).join(' ');
}

/** A field in a field in a field: `depth` of them, and a leaf. */
export function nested(depth: number, leaf = 'label'): string {
  return `{ item { ${'parent { '.repeat(depth - 2)}${leaf}${' }'.repeat(depth)}`;
}

/** What every refusal of a limit looks like, in the form of `outcome`. */
export function refusedWith(...codes: string[]) {
  return { status: 400, codes, asked: 0, hasData: false };
}

/** A request's outcome without its words and its time. */
export function outcome({ status, codes, asked, hasData }: Refused) {
  return { status, codes, asked, hasData };
}
