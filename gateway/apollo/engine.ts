// Creates Apollo's gateway, which holds the current supergraph, with the stages of this gateway around it (wrappers.ts). Each
// version of the supergraph passes here, the first one and every update.
import { ApolloGateway, type GraphQLDataSource } from '@apollo/gateway';
import type { GatewayInterface } from '@apollo/server-gateway-interface';
import type { SubgraphResponse } from '../../platform/calls/call.ts';
import { setVariable } from '../../platform/process/environment.ts';
import { getOrCreate } from '../../platform/values/get-or-create.ts';
import type { Caching } from '../cache/caching.ts';
import { createApolloPlans } from '../execute/apollo-plans.ts';
import type { SendFetch } from '../execute/compiled-plan.ts';
import { wrapWithPlans } from '../execute/executor.ts';
import { PlanCounts } from '../execute/plan-counts.ts';
import { SubgraphDataSource } from '../fetch/subgraph-data-source.ts';
import { buildErrorMask } from '../fetch/subgraph-errors.ts';
import { SupergraphSchemas } from '../fetch/supergraph-schemas.ts';
import { createNodeClient } from '../node/node-client.ts';
import type { GatewayOptions, PlanningGatewayOptions } from '../options.ts';
import { plannerConfig } from '../plan/planner.ts';
import { openCorrections } from '../planner-fixes/corrections.ts';
import { keepConcreteTypes } from '../planner-fixes/keep-concrete-types.ts';
import { nodeGraph } from '../supergraph/node-graph.ts';
import { type ClientStages, wrapClient, wrapGateway } from './wrappers.ts';

export function createEngine(options: PlanningGatewayOptions, caching: Caching): GatewayInterface {
  const { planning, settings, log, plans = new PlanCounts() } = options;
  const schemas = new SupergraphSchemas();
  const corrections = openCorrections();
  const apolloPlans = createApolloPlans();
  const getSource = openSources(options, { caching, corrections, schemas });
  // The constructor reads the variable, and opens connections where it is not set.
  setVariable('APOLLO_TELEMETRY_DISABLED', String(settings.APOLLO_TELEMETRY_DISABLED));
  const gateway = new ApolloGateway({
    supergraphSdl: async ({ update }) => {
      const stop = options.supergraph.onChange((sdl) => update(corrections.correctSdl(sdl)));
      return { supergraphSdl: corrections.correctSdl(options.supergraph.sdl), cleanup: async () => stop() };
    },
    buildService: ({ name }) => keepConcreteTypes(getSource(name)),
    queryPlannerConfig: { ...plannerConfig, cache: apolloPlans.cache },
    experimental_didResolveQueryPlan: corrections.onPlan,
    logger: log,
  });
  gateway.onSchemaLoadOrUpdate(({ apiSchema, coreSupergraphSdl }) => {
    schemas.add(apiSchema, coreSupergraphSdl);
    caching.onGraph(apiSchema, schemas);
  });
  const plansOptions = {
    planning,
    schemas,
    apolloPlans,
    isCompiling: settings.COMPILED_PLANS,
    sendFetch: fetchThrough(getSource),
    onPlan: corrections.onPlan,
    onCompiled: () => plans.countCompiled(),
    onFallback: (reason: string) => plans.countFallback(reason, log),
  };
  return wrapGateway(gateway, {
    caching,
    corrections,
    plans: { wrapGateway: (inner) => wrapWithPlans(inner, plansOptions) },
  });
}

/** Returns the data source of a subgraph, one for each name. Both executors, compiled plans and Apollo's, fetch through it. */
function openSources(
  { settings, log, supergraph, clientFor }: GatewayOptions,
  { caching, corrections, schemas }: ClientStages & { caching: Caching; schemas: SupergraphSchemas },
): (subgraph: string) => SubgraphDataSource {
  const isOwnSubgraph = settings.SUPERGRAPH === undefined;
  const maskErrors = buildErrorMask({
    isOwnSubgraph,
    forwardedCodes: settings.FORWARD_ERRORS,
    forwardedExtensions: settings.FORWARD_EXTENSIONS,
  });
  const fetching = { log, schemas, maskErrors, isOwnSubgraph, onFetch: caching.onFetch };
  const sources = new Map<string, SubgraphDataSource>();
  const nodes = createNodeClient({ readSdl: () => supergraph.sdl, clientFor, log });
  const open = (subgraph: string) => {
    const execute = subgraph === nodeGraph ? nodes : clientFor(subgraph);
    const client = wrapClient(subgraph, execute, { caching, corrections });
    return new SubgraphDataSource(subgraph, client, fetching);
  };
  return (subgraph) => getOrCreate(sources, subgraph, open);
}

/** Calls a data source from a compiled plan as Apollo's own executor would. */
function fetchThrough(getSource: (name: string) => GraphQLDataSource): SendFetch {
  return async (name, request, incomingRequestContext, path) => {
    const response = await getSource(name).process({
      kind: 'incoming operation',
      request,
      incomingRequestContext,
      context: incomingRequestContext.context,
      pathInIncomingRequest: [...path],
      // The kind is an enum, which Node cannot import when it strips types.
    } as unknown as Parameters<GraphQLDataSource['process']>[0]);
    return response as SubgraphResponse;
  };
}
