// Apollo's engine as it runs here. From the outside in, for each operation: put into plain words, corrected, carried out by
// its compiled plan (plan/), over hops that are checked (fetch/). Every graph passes here, the first and each that follows.
import { ApolloGateway, type GraphQLDataSource } from '@apollo/gateway';
import type { GatewayInterface } from '@apollo/server-gateway-interface';
import type { SubgraphResponse } from '../../platform/calls/call.ts';
import type { Caching } from '../cache/caching.ts';
import type { GatewayContext } from '../context.ts';
import type { SendFetch } from '../execute/compiled-plan.ts';
import { wrapWithCompiledPlans } from '../execute/executor.ts';
import { PlanCounts } from '../execute/plan-counts.ts';
import { SubgraphDataSource } from '../fetch/subgraph-data-source.ts';
import { buildErrorMask } from '../fetch/subgraph-errors.ts';
import { SupergraphSchemas } from '../fetch/supergraph-schemas.ts';
import { plainOperations } from '../normalize/normalize.ts';
import type { GatewayOptions } from '../options.ts';
import { planOrders } from '../plan/order-fetches.ts';
import { plannerConfig } from '../plan/planner.ts';
import { openCorrections } from '../planner-fixes/corrections.ts';
import { typesKept } from '../planner-fixes/keep-concrete-types.ts';

/** `absences` gets the context of each operation in which an entity was not there. */
export function createEngine(
  options: GatewayOptions,
  absences: WeakSet<GatewayContext>,
  caching: Pick<Caching, 'onGraph' | 'wrapClient' | 'gateway'>,
): GatewayInterface {
  const { settings, log, plans = new PlanCounts() } = options;
  const schemas = new SupergraphSchemas();
  const isOwnSubgraph = settings.SUPERGRAPH === undefined;
  const fetching = {
    log,
    schemas,
    absences,
    maskErrors: buildErrorMask({ isOwnSubgraph, forwardedCodes: settings.FORWARD_ERRORS }),
  };
  const corrections = openCorrections();
  const orders = planOrders();
  const source = remembered(
    (name) =>
      new SubgraphDataSource(
        name,
        caching.wrapClient(name, corrections.wrapClient(name, options.clientFor(name))),
        fetching,
      ),
  );
  const gateway = new ApolloGateway({
    supergraphSdl: async ({ update }) => {
      const stop = options.supergraph.onChange((sdl) => update(corrections.sdl(sdl)));
      return { supergraphSdl: corrections.sdl(options.supergraph.sdl), cleanup: async () => stop() };
    },
    buildService: ({ name }) => typesKept(source(name)),
    queryPlannerConfig: plannerConfig,
    experimental_didResolveQueryPlan: (resolved) => {
      orders.onPlan(resolved);
      corrections.onPlan(resolved);
    },
    logger: log,
  });
  gateway.onSchemaLoadOrUpdate(({ apiSchema, coreSupergraphSdl }) => {
    schemas.add(apiSchema, coreSupergraphSdl);
    caching.onGraph(apiSchema, schemas);
    orders.change(coreSupergraphSdl);
  });
  const compiled = wrapWithCompiledPlans(gateway, {
    sendFetch: fetchOver(source),
    onPlan: corrections.onPlan,
    onCompiled: () => plans.countCompiled(),
    onFallback: (reason) => plans.countFallback(reason, log),
  });
  return caching.gateway(plainOperations(corrections.gateway(settings.COMPILED_PLANS ? compiled : gateway)));
}

function remembered<Value>(make: (name: string) => Value): (name: string) => Value {
  const known = new Map<string, Value>();
  return (name) => {
    const value = known.get(name) ?? make(name);
    known.set(name, value);
    return value;
  };
}

/** The way of Apollo's own executor to a subgraph. */
function fetchOver(source: (name: string) => GraphQLDataSource): SendFetch {
  return async (name, request, incomingRequestContext, path) => {
    const answer = await source(name).process({
      kind: 'incoming operation',
      request,
      incomingRequestContext,
      context: incomingRequestContext.context,
      pathInIncomingRequest: [...path],
      // The kind is an enum, which type stripping cannot import.
    } as unknown as Parameters<GraphQLDataSource['process']>[0]);
    return answer as SubgraphResponse;
  };
}
