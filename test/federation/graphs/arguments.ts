// Arguments of every form, on root fields and on fields of entities: literals, variables, defaults, null and nothing.
import { link } from '../../gateway/small-graph.ts';
import { byKey, type FederationGraph } from '../federation-graph.ts';

const echo = (_: unknown, given: object) => JSON.stringify(given);

export const graph: FederationGraph = {
  about: 'arguments, with variables and defaults',
  subgraphs: {
    a: {
      sdl: `${link}
        enum Unit { CM IN }
        type Query { root(int: Int = 1, list: [[Int]!], unit: Unit = CM, id: ID, flag: Boolean): String thing: Thing }
        type Thing @key(fields: "id") { id: ID! here(text: String! = "d", float: Float): String }`,
      resolvers: {
        Query: { root: echo, thing: () => ({ id: '1' }) },
        Thing: { __resolveReference: byKey([{ id: '1' }], 'id'), here: echo },
      },
    },
    b: {
      sdl: `${link}
        enum Unit { CM IN }
        type Thing @key(fields: "id") { id: ID! there(int: Int, units: [Unit!], text: String = "d"): String next(by: Int! = 1): Thing }`,
      resolvers: {
        Thing: {
          __resolveReference: ({ id }: { id: string }) => ({ id }),
          there: echo,
          next: ({ id }: { id: string }, { by }: { by: number }) => ({ id: String(Number(id) + by) }),
        },
      },
    },
  },
  questions: [
    {
      query:
        '{ root one: root(int: 2, list: [[1, null], []], unit: IN, id: 7, flag: false) two: root(int: null) }',
      data: {
        root: '{"int":1,"unit":"CM"}',
        one: '{"int":2,"list":[[1,null],[]],"unit":"IN","id":"7","flag":false}',
        two: '{"int":null,"unit":"CM"}',
      },
    },
    {
      query: 'query($i: Int, $j: Int = 5, $k: Int) { x: root(int: $i) y: root(int: $j) z: root(int: $k) }',
      variables: { k: null },
      data: {
        x: '{"int":1,"unit":"CM"}',
        y: '{"int":5,"unit":"CM"}',
        z: '{"int":null,"unit":"CM"}',
      },
    },
    {
      query:
        'query($t: String!, $u: [Unit!], $n: Int = 3, $e: Unit!) { thing { here(text: $t, float: 1.5) there(int: $n, units: $u) two: there(units: [CM, $e]) } }',
      variables: { t: 'a "b" \n \\ ü', u: 'IN', e: 'IN' },
      data: {
        thing: {
          here: '{"text":"a \\"b\\" \\n \\\\ ü","float":1.5}',
          there: '{"int":3,"units":["IN"],"text":"d"}',
          two: '{"units":["CM","IN"],"text":"d"}',
        },
      },
    },
    {
      query:
        'query($a: Int!, $b: Int!) { thing { next(by: $a) { id next(by: $b) { id there(int: $b) n: next { id } } } other: next(by: $b) { id } } }',
      variables: { a: 1, b: 10 },
      data: {
        thing: {
          next: { id: '2', next: { id: '12', there: '{"int":10,"text":"d"}', n: { id: '13' } } },
          other: { id: '11' },
        },
      },
    },
    {
      query: 'query($l: [[Int]!]) { root(list: $l) }',
      variables: { l: [[1], [null]] },
      data: { root: '{"int":1,"list":[[1],[null]],"unit":"CM"}' },
    },
    {
      query: 'query($n: Int!) { thing { there(int: $n) } }',
      variables: { n: 'one' },
      data: undefined,
      errors: [{ code: 'BAD_USER_INPUT' }],
    },
    {
      query: 'query($n: Int!) { thing { there(int: $n) } }',
      data: undefined,
      errors: [{ code: 'BAD_USER_INPUT' }],
    },
    {
      query: '{ thing { here(text: """\n  block\n    text\n  """) } }',
      data: { thing: { here: '{"text":"block\\n  text"}' } },
    },
  ],
};
