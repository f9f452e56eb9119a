// The order in which a request passes the stages, seen from the stages that record it.
import type { GatewayInterface } from '@apollo/server-gateway-interface';
import { buildSchema, getOperationAST, parse, print } from 'graphql';
import { expect, test } from 'vitest';
import { wrapClient, wrapGateway } from '../../../gateway/apollo/wrappers.ts';
import { wrapExecutor } from '../../../gateway/wrap-executor.ts';
import type { Execute, Operation } from '../../../platform/calls/call.ts';
import { anonymous } from '../../../platform/identity/viewer.ts';

const call = { viewer: anonymous, signal: new AbortController().signal, traceId: '0'.repeat(32) };

test('a fetch loses its repeated representations, is shared, and is corrected, in this order', async () => {
  const passed: [string, Operation][] = [];
  const record =
    (stage: string) =>
    (_subgraph: string, execute: Execute): Execute =>
    (operation, call) => {
      passed.push([stage, operation]);
      return execute(operation, call);
    };
  const client = record('client')('products', async () => ({ data: { _entities: [{ id: '1' }] } }));
  const execute = wrapClient('products', client, {
    caching: { wrapClient: record('caching') },
    corrections: { wrapClient: record('corrections') },
  });
  const representation = { __typename: 'Product', id: '1' };
  const variables = { representations: [representation, representation] };
  const { data } = await execute({ query: '{ a }', variables }, call);
  expect(data?._entities).toEqual([{ id: '1' }, { id: '1' }]);
  expect(passed.map(([stage]) => stage)).toEqual(['caching', 'corrections', 'client']);
  expect(passed[0]?.[1].variables).toEqual({ representations: [representation] });
});

test('an operation is shared as the client wrote it, and corrected and executed in normal form', async () => {
  const schema = buildSchema('type Query { a: Int b: Int }');
  const passed: [string, string][] = [];
  const record = (stage: string) => (inner: GatewayInterface) =>
    wrapExecutor(inner, (execute) => async (request) => {
      passed.push([stage, /@include/.test(print(request.document)) ? 'as written' : 'normalized']);
      return execute(request);
    });
  const apollo: GatewayInterface = {
    load: async () => ({ executor: async () => ({ data: { a: 1, b: 2 } }) }),
    onSchemaLoadOrUpdate: (listener) => {
      listener({ apiSchema: schema, coreSupergraphSdl: 'type Query { a: Int b: Int }' });
      return () => {};
    },
    stop: async () => {},
  };
  const gateway = wrapGateway(record('executor')(apollo), {
    caching: { wrapGateway: record('caching') },
    corrections: { wrapGateway: record('corrections') },
    plans: { wrapGateway: record('plans') },
  });
  const { executor } = await gateway.load({ apollo: {} });
  const document = parse('query ($b: Boolean!) { a ... @include(if: $b) { b } }');
  const request = { variables: { b: true } };
  const operation = getOperationAST(document);
  const context = { document, operation, request, schema, queryHash: 'hash', operationName: null };
  await executor?.(context as never);
  expect(passed).toEqual([
    ['caching', 'as written'],
    ['corrections', 'normalized'],
    ['plans', 'normalized'],
    ['executor', 'normalized'],
  ]);
});
