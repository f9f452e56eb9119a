// The executor below is a stand-in for Apollo's: what it is asked to execute, and what clients get of its result.
import type {
  GatewayExecutionResult,
  GatewayGraphQLRequestContext,
  GatewayInterface,
  GatewaySchemaLoadOrUpdateCallback,
} from '@apollo/server-gateway-interface';
import { buildSchema, GraphQLError, getOperationAST, parse, print, stripIgnoredCharacters } from 'graphql';
import { expect, test } from 'vitest';
import { normalizeOperations } from '../../../gateway/normalize/normalize.ts';
import { required } from '../../support/required.ts';

const sdl = 'type Query { product: Product } type Product { id: ID! name: String }';
const schema = buildSchema(sdl);

async function openNormalizer(result: GatewayExecutionResult) {
  const executed: { query: string; key: string }[] = [];
  let load: GatewaySchemaLoadOrUpdateCallback = () => {};
  const inner: GatewayInterface = {
    load: async () => ({
      executor: async ({ document, queryHash }) => {
        executed.push({ query: stripIgnoredCharacters(print(document)), key: queryHash });
        return result;
      },
    }),
    onSchemaLoadOrUpdate: (listener) => {
      load = listener;
      return () => {};
    },
    stop: async () => {},
  };
  const gateway = normalizeOperations(inner);
  const loadSupergraph = () => load({ apiSchema: schema, coreSupergraphSdl: sdl });
  loadSupergraph();
  const executor = required((await gateway.load({ apollo: {} as never })).executor, 'an executor');
  const execute = (query: string, variables: Record<string, unknown> = {}) => {
    const document = parse(query);
    const operation = required(getOperationAST(document), 'the operation');
    const request = { document, operation, schema, queryHash: 'hash', request: { variables } };
    return executor({ ...request, operationName: null } as unknown as GatewayGraphQLRequestContext);
  };
  return { execute, executed, loadSupergraph };
}

test('passes an operation that needs no change on as it is, with its result', async () => {
  const result = { data: { product: { id: '1' } } };
  const { execute, executed } = await openNormalizer(result);
  expect(await execute('{ product { id } }')).toBe(result);
  expect(executed).toEqual([{ query: '{product{id}}', key: 'hash' }]);
});

test('gives data, errors and notes the names of the client back, and drops placeholders', async () => {
  const { execute, executed } = await openNormalizer({
    data: { product: { as_id: null, as_nothing: 'Product' }, list: [[{ as_id: 1 }]] },
    errors: [new GraphQLError('lost', { path: ['product', 'as_id'], extensions: { code: 'CODE' } })],
    extensions: {
      valueCompletion: [{ message: 'null', path: ['product', 'as_id'] }, { message: 'no path' }],
    },
  });
  const result = await execute('{ product { id: name } }');
  expect(executed[0]?.query).toBe('{product{as_id:name}}');
  expect(result.data).toEqual({ product: { id: null }, list: [[{ id: 1 }]] });
  expect(result.errors?.map(({ message, path, extensions }) => [message, path, extensions])).toEqual([
    ['lost', ['product', 'id'], { code: 'CODE' }],
  ]);
  expect(result.extensions?.valueCompletion).toEqual([
    { message: 'null', path: ['product', 'id'] },
    { message: 'no path' },
  ]);
});

test('ends the path of an error before a field that the client did not ask for', async () => {
  const { execute } = await openNormalizer({
    data: { product: { as_name: '1' } },
    errors: [new GraphQLError('no key', { path: ['product', 'id', 'key'] })],
  });
  const { errors } = await execute('{ product { name: id } }');
  expect(errors?.map(({ path }) => path)).toEqual([['product']]);
});

test('gives each set of condition values and each supergraph a plan of its own', async () => {
  const { execute, executed, loadSupergraph } = await openNormalizer({ data: {} });
  const query = 'query($on: Boolean!) { product { id name @include(if: $on) } }';
  for (const on of [true, false, true]) await execute(query, { on });
  loadSupergraph();
  await execute(query, { on: true });
  const [first, second, third, fourth] = executed;
  expect(first?.query).toBe('query($on:Boolean!){product{id name}}');
  expect(second?.query).toBe('query($on:Boolean!){product{id}}');
  expect(third).toEqual(first);
  expect(new Set([first?.key, second?.key, fourth?.key]).size).toBe(3);
});

test('leaves a condition without a boolean value to the executor, which refuses it', async () => {
  const { execute, executed } = await openNormalizer({ data: null });
  await execute('query($on: Boolean!) { product { id @skip(if: $on) } }', { on: 'yes' });
  expect(executed).toEqual([{ query: 'query($on:Boolean!){product{id@skip(if:$on)}}', key: 'hash' }]);
});
