// @override with a label says how many of the requests go to the new subgraph. The engine evaluates no labels: until the label
// is removed, it calls the old subgraph for every request. This graph records that, because a reader may expect more.
import { link } from '../../gateway/small-graph.ts';
import { byKey, type FederationGraph } from '../federation-graph.ts';

const posts = [{ id: '1', all: 'x', none: 'x', named: 'x' }];

function mustNotBeAsked(): never {
  throw new Error('this field is still the other subgraph’s');
}

export const graph: FederationGraph = {
  about: 'a field that is labelled to move to another subgraph',
  subgraphs: {
    old: {
      sdl: `${link}
        type Query { posts: [Post!]! }
        type Post @key(fields: "id") { id: ID! all: String none: String named: String }`,
      resolvers: {
        Query: { posts: () => posts },
        Post: { __resolveReference: byKey(posts, 'id') },
      },
    },
    young: {
      sdl: `${link}
        type Post @key(fields: "id") {
          id: ID!
          all: String @override(from: "old", label: "percent(100)")
          none: String @override(from: "old", label: "percent(0)")
          named: String @override(from: "old", label: "beta")
        }`,
      resolvers: {
        Post: {
          __resolveReference: byKey(posts, 'id'),
          all: mustNotBeAsked,
          none: mustNotBeAsked,
          named: mustNotBeAsked,
        },
      },
    },
  },
  questions: [
    {
      query: '{ posts { none named all } }',
      data: { posts: [{ none: 'x', named: 'x', all: 'x' }] },
      asks: ['old'],
    },
  ],
};
