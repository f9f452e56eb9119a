// What a gateway is opened with: its graph, its ways to the subgraphs, and what it shares with others.
import type { Execute } from '../platform/calls/call.ts';
import type { Readiness } from '../platform/http/health.ts';
import type { Environment } from '../platform/process/environment.ts';
import type { Log } from '../platform/process/log.ts';
import type { WebhookHandlers } from '../platform/subgraph/webhook.ts';
import type { Authenticate } from './authenticate.ts';
import type { ChangeNoticesFor } from './cache/freshness.ts';
import type { PlanCounts } from './execute/plan-counts.ts';
import type { GatewaySettings } from './settings/settings.ts';
import type { SupergraphSource } from './supergraph/source.ts';

export interface GatewayOptions {
  /** The graph, and every change of it. */
  supergraph: SupergraphSource;
  /** The way to each subgraph, by name. */
  clientFor: (name: string) => Execute;
  /** What a subgraph says of its own health. May reject. */
  readiness: (name: string, signal: AbortSignal) => Promise<Readiness>;
  /** How the gateway hears that what it keeps is no longer true. */
  changeNoticesFor?: ChangeNoticesFor;
  /** Whoever asks is found out over the same bounded ways as everything else. */
  authenticateOver: (clientFor: (name: string) => Execute) => Authenticate;
  environment: Environment;
  settings: GatewaySettings;
  host: string;
  port: number;
  log: Log;
  /** Counts here how operations are carried out; made where nobody gives one. */
  plans?: PlanCounts;
  /** Of processes like this one that share its port. */
  workers?: () => WorkersHealth;
  /** What is answered here for others, by path: in one process the subgraphs have no server of their own. */
  webhooks?: WebhookHandlers;
}

/** Processes that answer at one address: how many there should be, and are. */
export interface WorkersHealth {
  wanted: number;
  running: number;
}
