// A federation graph with three who answer for it: compiled plans, Apollo's own executor and the oracle, all over the same
// subgraphs and the same faults.
import { rmSync } from 'node:fs';
import { Supergraph } from '@apollo/federation-internals';
import type { ApolloServer } from '@apollo/server';
import { type GraphQLSchema, parse } from 'graphql';
import { createApolloServer } from '../../gateway/apollo/server.ts';
import { createRequestState, type GatewayContext } from '../../gateway/context.ts';
import { PlanCounts, type PlansHealth } from '../../gateway/execute/plan-counts.ts';
import type { GatewayOptions } from '../../gateway/options.ts';
import { readGatewaySettings } from '../../gateway/settings/settings.ts';
import { composeSupergraph } from '../../gateway/supergraph/compose.ts';
import { createConstantSource } from '../../gateway/supergraph/source.ts';
import { anonymous } from '../../platform/identity/viewer.ts';
import { readEnvironment } from '../../platform/process/environment.ts';
import { subgraphSchema } from '../../platform/subgraph/schema.ts';
import { executeOn, link, writeMap } from '../gateway/small-graph.ts';
import { required } from '../support/required.ts';
import { silent } from '../support/silent-log.ts';
import type { FederationGraph } from './federation-graph.ts';
import {
  type Faults,
  namesOnWays,
  type Weather,
  withFaultyAnswers,
  withFaultyFields,
} from './injected-faults.ts';
import { oracleOf, type Truth } from './oracle/oracle.ts';
import { ownersIn } from './oracle/owners.ts';

export interface GraphAnswer {
  data?: unknown;
  errors?: readonly { path?: readonly (string | number)[]; message: string; extensions: { code: string } }[];
}

export type Executor = 'compiled' | 'stock';

export interface TriedGraph {
  isEntangled: boolean;
  /** As clients see it. */
  schema: GraphQLSchema;
  ask: (
    by: Executor,
    query: string,
    variables: Record<string, unknown>,
    faults: Faults,
  ) => Promise<GraphAnswer>;
  truth: (query: string, variables: Record<string, unknown>, faults: Faults) => Promise<Truth>;
  /** How those of `compiled` were carried out. */
  plans: () => PlansHealth;
  close: () => Promise<void>;
}

export async function openTriedGraph({ subgraphs, reset = () => {} }: FederationGraph): Promise<TriedGraph> {
  const weather: Weather = { now: { kind: 'none', seed: 0 } };
  const sdls = Object.entries(subgraphs).map(([name, { sdl }]) => [name, sdl] as const);
  const { map, folder } = writeMap(Object.fromEntries(sdls));
  const { supergraphSdl } = composeSupergraph(map);
  rmSync(folder, { recursive: true, force: true });
  const spared = namesOnWays(sdls.map(([, sdl]) => sdl));
  const schemas = new Map(
    Object.entries(subgraphs).map(([name, { sdl, resolvers = {} }]) => [
      name,
      withFaultyFields(subgraphSchema(sdl, resolvers), weather, spared),
    ]),
  );
  const clients = new Map(
    [...schemas].map(([name, schema]) => [name, withFaultyAnswers(name, executeOn(schema), weather)]),
  );
  const clientFor: GatewayOptions['clientFor'] = (name) => required(clients.get(name), name);
  const plans = new PlanCounts();
  const servers = {
    compiled: serverOver(supergraphSdl, clientFor, plans, 'true'),
    stock: serverOver(supergraphSdl, clientFor, plans, 'false'),
  };
  await Promise.all(Object.values(servers).map((server) => server.start()));
  const supergraph = Supergraph.build(supergraphSdl);
  const api = () => supergraph.apiSchema().toGraphQLJSSchema();
  const oracle = oracleOf(api(), {
    owners: ownersIn(supergraphSdl),
    schemas,
    supergraph: supergraph.schema.toGraphQLJSSchema(),
  });
  const begin = (faults: Faults): void => {
    reset();
    weather.now = faults;
  };
  return {
    isEntangled: sdls.some(([, sdl]) => /@requires\(|@interfaceObject/.test(sdl.replace(link, ''))),
    schema: api(),
    ask: (by, query, variables, faults) => {
      begin(faults);
      return answerOf(servers[by], query, variables);
    },
    truth: (query, variables, faults) => {
      begin(faults);
      return oracle(parse(query), variables);
    },
    plans: () => plans.health,
    close: async () => {
      await Promise.all(Object.values(servers).map((server) => server.stop()));
    },
  };
}

/** Made-up questions are larger than an honest client's. */
const noLimits = {
  LIMIT_ALIASES: '0',
  LIMIT_DIRECTIVES: '0',
  LIMIT_COST: '0',
  LIMIT_REPEATED_FIELDS: '0',
  LIMIT_ROOT_FIELDS: '0',
};

function serverOver(
  sdl: string,
  clientFor: GatewayOptions['clientFor'],
  plans: PlanCounts,
  compiled: 'true' | 'false',
): ApolloServer<GatewayContext> {
  const environment = readEnvironment({ NODE_ENV: 'test', ...noLimits, COMPILED_PLANS: compiled });
  const settings = readGatewaySettings(environment);
  // What the server reads of its options: the others belong to the gateway around it.
  const options = {
    supergraph: createConstantSource(sdl),
    clientFor,
    environment,
    settings,
    plans,
    log: silent,
  } satisfies Partial<GatewayOptions>;
  return createApolloServer(options as unknown as GatewayOptions);
}

async function answerOf(
  server: ApolloServer<GatewayContext>,
  query: string,
  variables: Record<string, unknown>,
): Promise<GraphAnswer> {
  const { signal } = new AbortController();
  const contextValue = { viewer: anonymous, signal, traceId: '0'.repeat(32), state: createRequestState() };
  const { body } = await server.executeOperation({ query, variables }, { contextValue });
  if (body.kind !== 'single') throw new Error('an answer in pieces');
  // As it leaves the house.
  return JSON.parse(JSON.stringify(body.singleResult)) as GraphAnswer;
}
