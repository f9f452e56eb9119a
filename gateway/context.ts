// What belongs to one client request on its way through the gateway.
import type { Call } from '../platform/calls/call.ts';

/** Created once per request (http/graphql.ts) and passed on to every subgraph call made for it. */
export type GatewayContext = Call;
