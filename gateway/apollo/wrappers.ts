// In which order a request passes what stands between Apollo Server and the subgraphs. Both lists read from top to bottom, as
// a request passes them; its response passes them in the other direction.
import type { GatewayInterface } from '@apollo/server-gateway-interface';
import type { Execute } from '../../platform/calls/call.ts';
import type { Caching } from '../cache/caching.ts';
import { type CompiledPlansOptions, wrapWithCompiledPlans } from '../execute/executor.ts';
import { deduplicateRepresentations } from '../fetch/deduplicate-representations.ts';
import { normalizeOperations } from '../normalize/normalize.ts';
import type { Corrections } from '../planner-fixes/corrections.ts';

export interface ClientStages {
  caching: Pick<Caching, 'wrapClient'>;
  corrections: Pick<Corrections, 'wrapClient'>;
}

export interface GatewayStages {
  caching: Pick<Caching, 'wrapGateway'>;
  corrections: Pick<Corrections, 'wrapGateway'>;
  /** Undefined when Apollo's own executor executes every operation. */
  compiled: CompiledPlansOptions | undefined;
}

type GatewayWrapper = (inner: GatewayInterface) => GatewayInterface;

/** Around Apollo's gateway, for each operation. */
function listGatewayWrappers({ caching, corrections, compiled }: GatewayStages): GatewayWrapper[] {
  return [
    // Equal queries meet before any work is done for them, and share the response that clients get.
    caching.wrapGateway,
    // Everything below, planners included, reads operations in normal form; the response gets the client's names back.
    normalizeOperations,
    // Extends the operation that the planner gets, and reads the plan that was made of it: so it stands around both executors.
    corrections.wrapGateway,
    // Executes by compiled plans, and passes what these do not cover to Apollo's own executor.
    ...(compiled === undefined ? [] : [(inner: GatewayInterface) => wrapWithCompiledPlans(inner, compiled)]),
  ];
}

type ClientWrapper = (subgraph: string, execute: Execute) => Execute;

/** Around the client of a subgraph, for each fetch. What stands below them is the bounded client of fetch/bounded-clients.ts. */
function listClientWrappers({ caching, corrections }: ClientStages): ClientWrapper[] {
  return [
    // Fetches that differ only in repeated representations become equal before they can meet in the cache.
    (_subgraph, execute) => deduplicateRepresentations(execute),
    // Reads a fetch in the planner's names, by the supergraph that the planner got; several requests then share one call.
    caching.wrapClient,
    // Last: translates what stands in for a field into what the subgraph calls it.
    corrections.wrapClient,
  ];
}

export function wrapGateway(gateway: GatewayInterface, stages: GatewayStages): GatewayInterface {
  return listGatewayWrappers(stages).reduceRight((inner, wrap) => wrap(inner), gateway);
}

export function wrapClient(subgraph: string, client: Execute, stages: ClientStages): Execute {
  return listClientWrappers(stages).reduceRight((execute, wrap) => wrap(subgraph, execute), client);
}
