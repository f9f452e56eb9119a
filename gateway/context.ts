// What belongs to one client request on its way through the gateway: the call that is made for it, and its state.
import type { Call } from '../platform/calls/call.ts';
import type { PendingResponse } from './cache-policy/pending-response.ts';

/** Created once per request, in http/graphql-route.ts. */
export interface GatewayContext extends Call {
  /** Stays in the gateway: fetch/subgraph-data-source.ts makes the call to a subgraph without it. */
  readonly state: RequestState;
}

/** What the gateway learns about a request while it executes it. */
export interface RequestState {
  /** True after a subgraph answered that an entity does not exist: a null can then be right. */
  hasMissingEntities: boolean;
  /** The variables as the gateway has parsed them, where Apollo gets the request as a query string and parses it again. */
  variables: Record<string, unknown> | undefined;
  /** Response keys of the root fields that no fetch of the plan asks for. */
  unplannedRoots: readonly string[];
  /** Set while the gateway executes an operation whose response may be cached. */
  pendingResponse: PendingResponse | undefined;
}

export function createRequestState(): RequestState {
  return { hasMissingEntities: false, variables: undefined, unplannedRoots: [], pendingResponse: undefined };
}
