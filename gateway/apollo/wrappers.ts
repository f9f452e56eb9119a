// The order in which a request passes the stages between Apollo Server and the subgraphs. Both lists read from top to bottom, as
// a request passes them; the response passes them from bottom to top.
import type { GatewayInterface } from '@apollo/server-gateway-interface';
import type { Execute } from '../../platform/calls/call.ts';
import type { Caching } from '../cache/caching.ts';
import { deduplicateRepresentations } from '../fetch/deduplicate-representations.ts';
import { restoreExactLiterals } from '../normalize/keep-literals.ts';
import { normalizeOperations } from '../normalize/normalize.ts';
import type { Corrections } from '../planner-fixes/corrections.ts';

export interface ClientStages {
  caching: Pick<Caching, 'wrapClient'>;
  corrections: Pick<Corrections, 'wrapClient'>;
}

export interface GatewayStages {
  caching: Pick<Caching, 'wrapGateway'>;
  corrections: Pick<Corrections, 'wrapGateway'>;
  plans: { wrapGateway: GatewayWrapper };
}

type GatewayWrapper = (inner: GatewayInterface) => GatewayInterface;

/** The stages around Apollo's gateway, which each operation passes. */
function listGatewayWrappers({ caching, corrections, plans }: GatewayStages): GatewayWrapper[] {
  return [
    // First, so that equal queries meet before any work is done for them, and share the result that clients get.
    caching.wrapGateway,
    // Above everything that reads the operation, the planner included: it needs the normal form. Restores the client's names.
    normalizeOperations,
    // Around both executors: adds fields to the operation before it is planned, and errors for root fields that no fetch asks for.
    corrections.wrapGateway,
    // Last, around Apollo's own executor: plans, executes compiled plans, and passes on the operations that these do not cover.
    plans.wrapGateway,
  ];
}

type ClientWrapper = (subgraph: string, execute: Execute) => Execute;

/** The stages around the client of a subgraph, which each fetch passes. The client below them is that of fetch/bounded-clients.ts. */
function listClientWrappers({ caching, corrections }: ClientStages): ClientWrapper[] {
  return [
    // First, so that fetches which differ only in repeated representations are equal when they meet in the next stage.
    (_subgraph, execute) => deduplicateRepresentations(execute),
    // Above the corrections, because it looks fetches up in the supergraph of the planner, which has the planner's field names.
    caching.wrapClient,
    // Next to last, because every other stage reads fetches as the planner wrote them.
    (_subgraph, execute) => restoreExactLiterals(execute),
    // Last, because it translates the planner's stand-in fields into the fields that the subgraph has.
    corrections.wrapClient,
  ];
}

export function wrapGateway(gateway: GatewayInterface, stages: GatewayStages): GatewayInterface {
  return listGatewayWrappers(stages).reduceRight((inner, wrap) => wrap(inner), gateway);
}

export function wrapClient(subgraph: string, client: Execute, stages: ClientStages): Execute {
  return listClientWrappers(stages).reduceRight((execute, wrap) => wrap(subgraph, execute), client);
}
