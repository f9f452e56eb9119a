// The corrections around Apollo's gateway: which subgraph calls they change, and what they keep of a former supergraph.
import { ApolloGateway } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { expect, test, vi } from 'vitest';
import { createRequestState } from '../../../gateway/context.ts';
import { openCorrections } from '../../../gateway/planner-fixes/corrections.ts';
import { composeSupergraph } from '../../../gateway/supergraph/compose.ts';
import type { Call, Execute, Operation } from '../../../platform/calls/call.ts';
import { silent } from '../../support/silent-log.ts';
import { link, writeMap } from '../small-graph.ts';
import { products, taxes } from './taxed-graph.ts';

const call = {} as Call;

function recorder() {
  const sent: Operation[] = [];
  const execute: Execute = async (operation) => {
    sent.push(operation);
    return { data: {} };
  };
  return { sent, execute };
}

test('a subgraph without stand-ins is called with its operations as they are', async () => {
  const corrections = openCorrections();
  const other = { sdl: `${link} type Query { other(price: Int): Int }` };
  const given = composeSupergraph(
    writeMap({ products: products.sdl, taxes: taxes.sdl, other: other.sdl }).map,
  );
  corrections.correctSdl(given.supergraphSdl);
  const { sent, execute } = recorder();
  const operation = { query: '{ other(price: 1) }', variables: {} };
  await corrections.wrapClient('other', execute)(operation, call);
  await corrections.wrapClient('products', execute)({ query: '{products{id}}' }, call);
  expect(sent[0]).toBe(operation);
  expect(sent[1]).toEqual({ query: '{products{id}}' });
});

test('an operation that was planned with a former supergraph is executed after the supergraph has changed', async () => {
  const corrections = openCorrections();
  const graphWith = (currency: string) =>
    composeSupergraph(
      writeMap({
        products: products.sdl,
        taxes: `${link} type Product @key(fields: "id") { id: ID! price(currency: String): Int @external
          tax: Int @requires(fields: "price${currency}") }`,
      }).map,
    ).supergraphSdl;
  const former =
    /requires: "(price__\w+)"/.exec(corrections.correctSdl(graphWith('(currency: \\"EUR\\")')))?.[1] ?? '';
  const next =
    /requires: "(price__\w+)"/.exec(corrections.correctSdl(graphWith('(currency: \\"GBP\\")')))?.[1] ?? '';
  expect(former).not.toBe(next);
  const { sent, execute } = recorder();
  await corrections.wrapClient('products', execute)({ query: `{products{${former} ${next}}}` }, call);
  const query =
    'query($representations:[_Any!]!){_entities(representations:$representations){...on Product{tax}}}';
  for (const name of [former, next]) {
    const representations = [{ __typename: 'Product', id: '1', [name]: 7 }];
    await corrections.wrapClient('taxes', execute)({ query, variables: { representations } }, call);
  }
  const expected = { query, variables: { representations: [{ __typename: 'Product', id: '1', price: 7 }] } };
  expect(sent).toEqual([
    { query: `{products{${former}:price(currency:"EUR")${next}:price(currency:"GBP")}}`, variables: {} },
    expected,
    expected,
  ]);
});

test('the path of an error from a subgraph ends before a stand-in', async () => {
  const corrections = openCorrections();
  const { supergraphSdl } = composeSupergraph(writeMap({ products: products.sdl, taxes: taxes.sdl }).map);
  const [name = ''] = /price__\w+/.exec(corrections.correctSdl(supergraphSdl)) ?? [];
  const failing: Execute = async () => ({
    data: { products: [{ [name]: null }] },
    errors: [{ message: 'no such currency', path: ['products', 0, name] }],
  });
  const answer = await corrections.wrapClient('products', failing)({ query: `{products{${name}}}` }, call);
  expect(answer.errors).toEqual([{ message: 'no such currency', path: ['products', 0] }]);
});

test('a root field that no fetch of the plan selects is null with an error', async () => {
  vi.stubEnv('APOLLO_TELEMETRY_DISABLED', 'true');
  // The corrections do not get this supergraph: Apollo's gateway reads it as it was composed.
  const corrections = openCorrections();
  const { supergraphSdl } = composeSupergraph(
    writeMap({
      a: `${link} type Query { pet: Pet n: Int } interface Pet { id: ID! }`,
      b: `${link} type Query { k: Int } interface Pet { id: ID! name: String } type Dog implements Pet { id: ID! name: String }`,
    }).map,
  );
  const server = new ApolloServer({
    gateway: corrections.wrapGateway(
      new ApolloGateway({
        supergraphSdl,
        buildService: () => ({ process: async () => ({ data: { n: 1 } }) }) as never,
        experimental_didResolveQueryPlan: corrections.onPlan,
        logger: silent,
      }),
    ),
    logger: silent,
    stopOnTerminationSignals: false,
  });
  const contextValue = { state: createRequestState() };
  const { body } = await server.executeOperation({ query: '{ n mine: pet { name } }' }, { contextValue });
  await server.stop();
  expect(body).toMatchObject({
    singleResult: {
      data: { n: 1, mine: null },
      errors: [{ path: ['mine'], extensions: { code: 'INTERNAL_SERVER_ERROR' } }],
    },
  });
});
