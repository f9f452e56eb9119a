// Input objects take the fields that all subgraphs take; defaults of fields, nested ones and variables inside them.
import { link } from '../../gateway/small-graph.ts';
import { byKey, type FederationGraph } from '../federation-graph.ts';

const echo = (_: unknown, { filter }: { filter: unknown }) => JSON.stringify(filter);

export const graph: FederationGraph = {
  about: 'input objects merged by intersection',
  subgraphs: {
    a: {
      sdl: `${link}
        input Filter { text: String! first: Int onlyA: String range: Range tags: [String!] = ["x"] }
        input Range { from: Int = 1 to: Int! }
        type Query { a(filter: Filter!): String item: Item }
        type Item @key(fields: "id") { id: ID! match(filter: Filter): String }`,
      resolvers: {
        Query: { a: echo, item: () => ({ id: '1' }) },
        Item: { __resolveReference: byKey([{ id: '1' }], 'id'), match: echo },
      },
    },
    b: {
      sdl: `${link}
        input Filter { text: String first: Int onlyB: Boolean range: Range tags: [String!] = ["x"] }
        input Range { from: Int = 1 to: Int! step: Float }
        type Query { b(filter: Filter): String }
        type Item @key(fields: "id") { id: ID! find(filters: [Filter!], range: Range = { to: 5 }): String }`,
      resolvers: {
        Query: { b: echo },
        Item: { find: (_: unknown, found: object) => JSON.stringify(found) },
      },
    },
  },
  questions: [
    {
      query: '{ a(filter: { text: "t" }) b(filter: { text: "u", first: 2, range: { to: 3 } }) }',
      data: {
        a: '{"text":"t","tags":["x"]}',
        b: '{"text":"u","first":2,"range":{"from":1,"to":3},"tags":["x"]}',
      },
    },
    {
      query:
        'query($n: Int, $r: Range, $f: [Filter!]) { item { match(filter: { text: "v", first: $n, range: $r }) find(filters: $f) } }',
      variables: { n: 7, r: { to: 9 }, f: [{ text: 'w', tags: [] }] },
      data: {
        item: {
          match: '{"text":"v","first":7,"range":{"from":1,"to":9},"tags":["x"]}',
          find: '{"filters":[{"text":"w","tags":[]}],"range":{"from":1,"to":5}}',
        },
      },
    },
    {
      // A variable that is not given is as if its field was not written; null is null.
      query:
        'query($n: Int, $m: Int) { a(filter: { text: "t", first: $n }) b(filter: { text: "t", first: $m, tags: "one" }) }',
      variables: { m: null },
      data: { a: '{"text":"t","tags":["x"]}', b: '{"text":"t","first":null,"tags":["one"]}' },
    },
    {
      query: '{ a(filter: { text: "t", onlyA: "x" }) }',
      data: undefined,
      errors: [{ code: 'GRAPHQL_VALIDATION_FAILED' }],
    },
    {
      query: 'query($f: Filter!) { b(filter: $f) }',
      variables: { f: { text: 't', onlyB: true } },
      data: undefined,
      errors: [{ code: 'BAD_USER_INPUT' }],
    },
    {
      // Needed by one, so needed by all.
      query: '{ b(filter: { first: 1 }) }',
      data: undefined,
      errors: [{ code: 'GRAPHQL_VALIDATION_FAILED' }],
    },
  ],
};
