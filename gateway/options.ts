// The options of a gateway: its graph, its clients of the subgraphs, and what it shares with its process.
import type { Execute } from '../platform/calls/call.ts';
import type { ConsoleContent } from '../platform/console/content.ts';
import type { Environment } from '../platform/process/environment.ts';
import type { Log } from '../platform/process/log.ts';
import type { WebhookHandlers } from '../platform/subgraph/webhook.ts';
import type { CheckReadiness } from '../platform/transport/readiness.ts';
import type { Authenticate } from './authenticate.ts';
import type { ChangeNoticesFor } from './cache-policy/freshness.ts';
import type { PlanCounts } from './execute/plan-counts.ts';
import type { Planning } from './planning/planning.ts';
import type { GatewaySettings } from './settings/settings.ts';
import type { SupergraphSource } from './supergraph/source.ts';

export interface GatewayOptions {
  /** The supergraph, and every later version of it. */
  supergraph: SupergraphSource;
  /** Returns the client of a subgraph. The gateway adds its own limits (fetch/bounded-clients.ts). */
  clientFor: (name: string) => Execute;
  readiness: CheckReadiness;
  /** Without it, cached responses only expire. */
  changeNoticesFor?: ChangeNoticesFor;
  /** Creates the authentication, over the same bounded clients as everything else. */
  authenticateOver: (clientFor: (name: string) => Execute) => Authenticate;
  environment: Environment;
  settings: GatewaySettings;
  host: string;
  port: number;
  log: Log;
  /** Operations that are trusted beside those of OPERATIONS_DIR, when only trusted ones are answered. */
  documents?: readonly string[];
  /** Counts which executor executes each operation. Without it, the gateway creates one. */
  plans?: PlanCounts;
  /** Plans the operations. Without it, the gateway opens its own, and closes it. */
  planning?: Planning;
  /** The processes that serve the same port as this one. */
  workers?: () => WorkersHealth;
  /** Webhooks of the subgraphs, by path: in one process the subgraphs have no server of their own. */
  webhooks?: WebhookHandlers;
  /** What the page for browsers shows first. Production has no page. */
  console?: ConsoleContent;
}

export interface PlanningGatewayOptions extends GatewayOptions {
  planning: Planning;
}

/** How many processes should serve one address, and how many do. */
export interface WorkersHealth {
  wanted: number;
  running: number;
}
