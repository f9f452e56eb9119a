// Mutations: one after the other in the order of the document, each across as many subgraphs as it needs, before the next.
import { Refusal } from '../../../platform/values/refusal.ts';
import { link } from '../../gateway/small-graph.ts';
import type { FederationGraph } from '../federation-graph.ts';

export const graph: FederationGraph = counters();

function counters(): FederationGraph {
  // One number, of which both subgraphs know.
  let total = 0;
  const add = (_: unknown, { by }: { by: number }) => {
    total += by;
    return { id: 'c', value: total };
  };
  return {
    about: 'mutations, in order',
    reset: () => {
      total = 0;
    },
    subgraphs: {
      a: {
        sdl: `${link}
          type Query { total: Int! @shareable }
          type Mutation { add(by: Int! = 1): Counter! fail: Counter failHard: Counter! reset: Payload }
          type Payload { query: Query! counter: Counter! ok: Boolean! }
          type Counter @key(fields: "id") { id: ID! value: Int! }`,
        resolvers: {
          Query: { total: () => total },
          Mutation: {
            add,
            fail: refuse,
            failHard: refuse,
            reset: () => {
              total = 0;
              return { query: {}, counter: { id: 'c', value: 0 }, ok: true };
            },
          },
          Counter: { __resolveReference: ({ id }: { id: string }) => ({ id, value: total }) },
        },
      },
      b: {
        sdl: `${link}
          type Query { total: Int! @shareable user: User! }
          type Mutation { double(times: Int = 1): Counter }
          type User @key(fields: "id") { id: ID! name: String! }
          type Counter @key(fields: "id") { id: ID! seen: Int! }`,
        resolvers: {
          Query: { total: () => total, user: () => ({ id: 'u', name: 'Ada' }) },
          Mutation: {
            double: (_: unknown, { times }: { times: number }) => {
              total *= 2 ** times;
              return { id: 'c' };
            },
          },
          // As it is now: later mutations must not have run yet.
          Counter: { __resolveReference: ({ id }: { id: string }) => ({ id }), seen: () => total },
        },
      },
    },
    questions: [
      {
        query:
          'mutation { reset { ok } add(by: 3) { value seen } double { value seen } more: add { seen value } twice: double(times: 2) { seen } }',
        data: {
          reset: { ok: true },
          add: { value: 3, seen: 3 },
          double: { value: 6, seen: 6 },
          more: { seen: 7, value: 7 },
          twice: { seen: 28 },
        },
      },
      {
        query:
          'mutation { double { value } a: add(by: 1) { value } b: double { value } c: add(by: 1) { seen } }',
        data: { double: { value: 56 }, a: { value: 57 }, b: { value: 114 }, c: { seen: 115 } },
      },
      {
        query:
          'mutation($by: Int!, $x: Boolean!) { reset { counter { seen } } add(by: $by) @skip(if: $x) { seen } ...More } fragment More on Mutation { double @include(if: $x) { seen } add2: add(by: $by) { value } }',
        variables: { by: 5, x: true },
        data: { reset: { counter: { seen: 0 } }, double: { seen: 0 }, add2: { value: 5 } },
      },
      {
        // What fails does not keep the next one from running.
        query: 'mutation { add(by: 2) { seen } fail { seen } double { seen } }',
        data: { add: { seen: 7 }, fail: null, double: { seen: 14 } },
        errors: [{ path: ['fail'], code: 'NOT_NOW' }],
      },
      {
        query: 'mutation { failHard { seen } }',
        data: null,
        errors: [{ path: ['failHard'], code: 'NOT_NOW' }],
      },
      {
        // From the payload on it is an ordinary query, of every subgraph.
        query:
          'mutation { add(by: 1) { value } reset { ok query { total user { name } __typename } } __typename }',
        data: {
          add: { value: 15 },
          reset: { ok: true, query: { total: 0, user: { name: 'Ada' }, __typename: 'Query' } },
          __typename: 'Mutation',
        },
      },
      { query: 'mutation { __typename }', data: { __typename: 'Mutation' }, asks: [] },
      { query: '{ total }', data: { total: 0 } },
    ],
  };
}

function refuse(): never {
  throw new Refusal('NOT_NOW', 'Not now.');
}
