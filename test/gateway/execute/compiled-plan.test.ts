// Compiled plan nodes, over subgraphs that are functions. The executor with a real gateway is in executor.test.ts.
import { buildSchema } from 'graphql';
import { expect, test } from 'vitest';
import {
  compilePlanNode,
  NotCompiled,
  type PlanExecution,
  type SendFetch,
} from '../../../gateway/execute/compiled-plan.ts';
import type { SubgraphResponse } from '../../../platform/calls/call.ts';

const schema = buildSchema(`
  type Query { me: Account top: [Product] }
  type Account { id: ID! name: String }
  type Product { id: ID! price: Int maker: Account }
`);
const requires = [
  {
    kind: 'InlineFragment',
    typeCondition: 'Product',
    selections: ['__typename', 'id'].map((name) => ({ kind: 'Field', name })),
  },
];
const fetchNode = (serviceName: string, more: object = {}) => ({
  kind: 'Fetch',
  serviceName,
  operation: `query of ${serviceName}`,
  ...more,
});
const topProducts = (node: object) => ({ kind: 'Flatten', path: ['top', '@'], node });

/** Executes a plan node; `respond` answers by subgraph. Returns the calls, the data and the errors. */
async function execute(
  node: object,
  respond: Record<string, (variables: Record<string, unknown>) => SubgraphResponse>,
  data: Record<string, unknown> = {},
  variables: Record<string, unknown> = {},
) {
  const sent: { subgraph: string; variables: unknown; path: readonly string[] }[] = [];
  const sendFetch: SendFetch = async (subgraph, operation, _request, path) => {
    sent.push({ subgraph, variables: operation.variables, path });
    return respond[subgraph]?.(operation.variables ?? {}) ?? {};
  };
  const execution: PlanExecution = { request: {} as never, variables, data, errors: [] };
  await compilePlanNode(node as never, schema, sendFetch)(execution);
  return { sent, data, errors: execution.errors.map((error) => error.toJSON()) };
}
const products = () => [
  { __typename: 'Product', id: '1' },
  null,
  { __typename: 'Product' },
  { __typename: 'Product', id: '2' },
];

test('fetches root fields, and sends only the variables that the fetch names', async () => {
  const node = fetchNode('accounts', { variableUsages: ['id', 'absent'] });
  const { sent, data } = await execute(
    node,
    { accounts: () => ({ data: { me: { id: 'a' } } }) },
    {},
    { id: 1, other: 2 },
  );
  expect(sent).toEqual([{ subgraph: 'accounts', variables: { id: 1 }, path: [] }]);
  expect(data).toEqual({ me: { id: 'a' } });
});

test('sends the representations of all entities at the path, and merges each entity into its own', async () => {
  const { sent, data } = await execute(
    topProducts(fetchNode('stock', { requires })),
    {
      stock: () => ({
        data: {
          _entities: [
            { __typename: 'Product', price: 5 },
            { __typename: 'Product', price: 6 },
          ],
        },
      }),
    },
    { top: products() },
  );
  const representations = ['1', '2'].map((id) => ({ __typename: 'Product', id }));
  expect(sent).toEqual([{ subgraph: 'stock', variables: { representations }, path: ['top', '@'] }]);
  expect(data.top).toEqual([
    { __typename: 'Product', id: '1', price: 5 },
    null,
    { __typename: 'Product' },
    { __typename: 'Product', id: '2', price: 6 },
  ]);
});

test('sends nothing when there is no entity, or none with its key', async () => {
  const node = topProducts(fetchNode('stock', { requires }));
  expect((await execute(node, {}, { top: [null] })).sent).toEqual([]);
  expect((await execute(node, {}, { top: [{ __typename: 'Product' }] })).sent).toEqual([]);
});

test('gives an error of an entity the response path of that entity, and of a whole fetch the path that all share', async () => {
  const errors = [
    { message: 'of the second', path: ['_entities', 1, 'price'], extensions: { code: 'NOT_NOW' } },
    { message: 'of all', path: ['_entities'] },
    { message: 'without a path' },
  ];
  const found = await execute(
    topProducts(fetchNode('stock', { requires })),
    { stock: () => ({ data: null, errors }) },
    { top: products() },
  );
  const masked = { code: 'DOWNSTREAM_SERVICE_ERROR', serviceName: 'stock' };
  expect(found.errors).toEqual([
    {
      message: 'of the second',
      path: ['top', 3, 'price'],
      extensions: { code: 'NOT_NOW', serviceName: 'stock' },
    },
    { message: 'of all', path: ['top'], extensions: masked },
    { message: 'without a path', extensions: masked },
  ]);
});

test('keeps the more concrete type of an entity when a subgraph repeats the type that was sent', async () => {
  const { data } = await execute(
    topProducts({ ...fetchNode('stock', { requires, inputRewrites: [setType('Item')] }) }),
    { stock: () => ({ data: { _entities: [{ __typename: 'Item', price: 5 }] } }) },
    { top: [{ __typename: 'Product', id: '1' }] },
  );
  expect(data.top).toEqual([{ __typename: 'Product', id: '1', price: 5 }]);
});

function setType(setValueTo: string) {
  return { kind: 'ValueSetter', path: ['__typename'], setValueTo };
}

test('executes a sequence in its order, and parallel nodes at the same time', async () => {
  const order: string[] = [];
  const respond = Object.fromEntries(
    ['a', 'b', 'c'].map((name) => [
      name,
      () => {
        order.push(name);
        return { data: { [name]: 1 } };
      },
    ]),
  );
  const parallel = { kind: 'Parallel', nodes: [fetchNode('b'), fetchNode('c')] };
  const { data } = await execute({ kind: 'Sequence', nodes: [fetchNode('a'), parallel] }, respond);
  expect(order).toEqual(['a', 'b', 'c']);
  expect(data).toEqual({ a: 1, b: 1, c: 1 });
});

test.each([
  ['Condition', { kind: 'Condition', condition: 'a', ifClause: undefined }],
  ['@fromContext', fetchNode('a', { contextRewrites: [{}] })],
])('does not compile a plan with %s, and gives it as the reason', (reason, node) => {
  const compile = () => compilePlanNode(node as never, schema, () => Promise.reject(new Error('not sent')));
  expect(compile).toThrow(NotCompiled);
  expect(compile).toThrow(reason);
});
