// There and back again: each step of a question lies in the other subgraph than the one before.
import { link } from '../../gateway/small-graph.ts';
import type { FederationGraph } from '../federation-graph.ts';

const subgraph = (here: string, there: string, root: string) => ({
  sdl: `${link}
    type Query { ${root} }
    type Node @key(fields: "id") { id: ID! ${here}: Node ${here}s: [Node]! ${here}Label: String! }`,
  resolvers: {
    Query: { start: () => ({ id: '' }) },
    Node: {
      __resolveReference: ({ id }: { id: string }) => ({ id }),
      // Ends after eight steps.
      [here]: ({ id }: { id: string }) => (id.length < 8 ? { id: `${id}${here}` } : null),
      [`${here}s`]: ({ id }: { id: string }) => [{ id: `${id}1` }, null, { id: `${id}2` }],
      [`${here}Label`]: ({ id }: { id: string }) => `${there}-${id}-${here}`,
    },
  },
});

export const graph: FederationGraph = {
  about: 'deep alternation between two subgraphs',
  subgraphs: {
    one: subgraph('a', 'b', 'start: Node'),
    two: subgraph('b', 'a', 'unused: Int'),
  },
  questions: [
    {
      query: '{ start { a { b { a { b { a { b { a { b { id a { id } } } } } } } } } } }',
      data: {
        start: {
          a: { b: { a: { b: { a: { b: { a: { b: { id: 'abababab', a: null } } } } } } } },
        },
      },
    },
    {
      query: '{ start { a { b { a { aLabel bLabel } aLabel bLabel } bLabel aLabel } } }',
      data: {
        start: {
          a: {
            b: {
              a: { aLabel: 'b-aba-a', bLabel: 'a-aba-b' },
              aLabel: 'b-ab-a',
              bLabel: 'a-ab-b',
            },
            bLabel: 'a-a-b',
            aLabel: 'b-a-a',
          },
        },
      },
    },
    {
      query: '{ start { as { bs { as { bLabel } } } } }',
      data: {
        start: {
          as: [
            {
              bs: [
                { as: [{ bLabel: 'a-111-b' }, null, { bLabel: 'a-112-b' }] },
                null,
                { as: [{ bLabel: 'a-121-b' }, null, { bLabel: 'a-122-b' }] },
              ],
            },
            null,
            {
              bs: [
                { as: [{ bLabel: 'a-211-b' }, null, { bLabel: 'a-212-b' }] },
                null,
                { as: [{ bLabel: 'a-221-b' }, null, { bLabel: 'a-222-b' }] },
              ],
            },
          ],
        },
      },
    },
    {
      // The same name in different branches, for different things.
      query: '{ start { x: a { x: b { x: a { x: id } y: id } } y: b { x: a { x: bLabel } } } }',
      data: {
        start: {
          x: { x: { x: { x: 'aba' }, y: 'ab' } },
          y: { x: { x: 'a-ba-b' } },
        },
      },
    },
  ],
};
