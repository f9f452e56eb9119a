// Opens a federation graph with three executors over the same subgraphs and the same faults: compiled plans, Apollo's own executor,
// and the oracle.
import { rmSync } from 'node:fs';
import { Supergraph } from '@apollo/federation-internals';
import type { ApolloServer } from '@apollo/server';
import { type GraphQLSchema, parse } from 'graphql';
import { createApolloServer } from '../../gateway/apollo/server.ts';
import { createRequestState, type GatewayContext } from '../../gateway/context.ts';
import { PlanCounts, type PlansHealth } from '../../gateway/execute/plan-counts.ts';
import type { GatewayOptions, PlanningGatewayOptions } from '../../gateway/options.ts';
import { readGatewaySettings } from '../../gateway/settings/settings.ts';
import { composeSupergraph } from '../../gateway/supergraph/compose.ts';
import { createConstantSource } from '../../gateway/supergraph/source.ts';
import { anonymous } from '../../platform/identity/viewer.ts';
import { readEnvironment } from '../../platform/process/environment.ts';
import { buildExecutableSchema } from '../../platform/subgraph/schema.ts';
import { getSharedPlanning } from '../gateway/shared-planning.ts';
import { executeOn, link, writeMap } from '../gateway/small-graph.ts';
import { required } from '../support/required.ts';
import { silent } from '../support/silent-log.ts';
import type { FederationGraph } from './federation-graph.ts';
import {
  addFaultsToClient,
  addFaultsToFields,
  type FaultSwitch,
  type Faults,
  findKeyFieldNames,
} from './injected-faults.ts';
import { createOracle, type OracleResult } from './oracle/oracle.ts';
import { readOwners } from './oracle/owners.ts';

export interface GraphResponse {
  data?: unknown;
  errors?: readonly { path?: readonly (string | number)[]; message: string; extensions: { code: string } }[];
}

export type Executor = 'compiled' | 'stock';

export interface ComparedGraph {
  /** See ComparisonOptions in compare-responses.ts. */
  hasDependentFields: boolean;
  /** The schema that clients see. */
  schema: GraphQLSchema;
  ask: (
    executor: Executor,
    query: string,
    variables: Record<string, unknown>,
    faults: Faults,
  ) => Promise<GraphResponse>;
  askOracle: (query: string, variables: Record<string, unknown>, faults: Faults) => Promise<OracleResult>;
  /** How the executor `compiled` executed its operations. */
  plans: () => PlansHealth;
  close: () => Promise<void>;
}

export async function openComparedGraph({
  subgraphs,
  reset = () => {},
}: FederationGraph): Promise<ComparedGraph> {
  const faultSwitch: FaultSwitch = { current: { kind: 'none', seed: 0 } };
  const sdls = Object.entries(subgraphs).map(([name, { sdl }]) => [name, sdl] as const);
  const { map, folder } = writeMap(Object.fromEntries(sdls));
  const { supergraphSdl } = composeSupergraph(map);
  rmSync(folder, { recursive: true, force: true });
  const spared = findKeyFieldNames(sdls.map(([, sdl]) => sdl));
  const schemas = new Map(
    Object.entries(subgraphs).map(([name, { sdl, resolvers = {} }]) => [
      name,
      addFaultsToFields(buildExecutableSchema(sdl, resolvers), faultSwitch, spared),
    ]),
  );
  const clients = new Map(
    [...schemas].map(([name, schema]) => [name, addFaultsToClient(name, executeOn(schema), faultSwitch)]),
  );
  const clientFor: GatewayOptions['clientFor'] = (name) => required(clients.get(name), name);
  const plans = new PlanCounts();
  const servers = {
    compiled: createServer(supergraphSdl, clientFor, plans, 'true'),
    stock: createServer(supergraphSdl, clientFor, plans, 'false'),
  };
  await Promise.all(Object.values(servers).map((server) => server.start()));
  const supergraph = Supergraph.build(supergraphSdl);
  const createApiSchema = () => supergraph.apiSchema().toGraphQLJSSchema();
  const oracle = createOracle(createApiSchema(), {
    owners: readOwners(supergraphSdl),
    schemas,
    supergraph: supergraph.schema.toGraphQLJSSchema(),
  });
  const startWith = (faults: Faults): void => {
    reset();
    faultSwitch.current = faults;
  };
  return {
    hasDependentFields: sdls.some(([, sdl]) => /@requires\(|@interfaceObject/.test(sdl.replace(link, ''))),
    schema: createApiSchema(),
    ask: (executor, query, variables, faults) => {
      startWith(faults);
      return executeOperation(servers[executor], query, variables);
    },
    askOracle: (query, variables, faults) => {
      startWith(faults);
      return oracle(parse(query), variables);
    },
    plans: () => plans.health,
    close: async () => {
      await Promise.all(Object.values(servers).map((server) => server.stop()));
    },
  };
}

/** Generated operations are larger than those of a client. */
const noLimits = {
  LIMIT_ALIASES: '0',
  LIMIT_DIRECTIVES: '0',
  LIMIT_COST: '0',
  LIMIT_REPEATED_FIELDS: '0',
  LIMIT_ROOT_FIELDS: '0',
};

function createServer(
  sdl: string,
  clientFor: GatewayOptions['clientFor'],
  plans: PlanCounts,
  compiled: 'true' | 'false',
): ApolloServer<GatewayContext> {
  const environment = readEnvironment({ NODE_ENV: 'test', ...noLimits, COMPILED_PLANS: compiled });
  const settings = readGatewaySettings(environment);
  // The options that the server reads. The gateway around it reads the others.
  const options = {
    supergraph: createConstantSource(sdl),
    clientFor,
    environment,
    settings,
    plans,
    planning: getSharedPlanning(),
    log: silent,
  } satisfies Partial<PlanningGatewayOptions>;
  return createApolloServer(options as unknown as PlanningGatewayOptions);
}

async function executeOperation(
  server: ApolloServer<GatewayContext>,
  query: string,
  variables: Record<string, unknown>,
): Promise<GraphResponse> {
  const { signal } = new AbortController();
  const contextValue = { viewer: anonymous, signal, traceId: '0'.repeat(32), state: createRequestState() };
  const { body } = await server.executeOperation({ query, variables }, { contextValue });
  if (body.kind !== 'single') throw new Error('the response is incremental');
  // The response as a client reads it.
  return JSON.parse(JSON.stringify(body.singleResult)) as GraphResponse;
}
