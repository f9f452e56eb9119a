// The health of the gateway: what each subgraph reports of itself (database, migrations), its latency, and the state of the
// client for it (fetch/bounded-clients.ts). A subgraph that is down costs only its own fields, so that the gateway is ready as
// long as one subgraph is. Also how many operations ran in which way (execute/plan-counts.ts).
import { rejectOnAbort, startTimeout } from '../platform/calls/deadline.ts';
import type { Readiness } from '../platform/http/health.ts';
import type { SubgraphClients } from './fetch/bounded-clients.ts';
import type { GatewayOptions } from './options.ts';

const readinessTimeoutMs = 2_000;

type Dependency = { up: boolean; latencyMs: number | null } & Readonly<Record<string, unknown>>;

type HealthSources = Pick<GatewayOptions, 'supergraph' | 'readiness' | 'workers' | 'plans'>;

export async function getDependencyHealth(
  { supergraph, readiness, workers, plans }: HealthSources,
  clients: Pick<SubgraphClients, 'health'>,
): Promise<Readiness> {
  const states = await Promise.all(
    supergraph.subgraphs.map(async ({ name }) => {
      const state: Dependency = { ...(await checkReadiness(readiness, name)), ...clients.health(name) };
      return [name, state] as const;
    }),
  );
  return {
    isReady: states.some(([, { up }]) => up),
    details: {
      ...(workers === undefined ? {} : { workers: workers() }),
      dependencies: Object.fromEntries(states),
      ...(plans === undefined ? {} : { plans: plans.health }),
    },
  };
}

async function checkReadiness(readiness: GatewayOptions['readiness'], name: string): Promise<Dependency> {
  const started = performance.now();
  const timeout = startTimeout(readinessTimeoutMs);
  try {
    const { isReady, details } = await rejectOnAbort(readiness(name, timeout.signal), timeout.signal);
    return { up: isReady, latencyMs: Math.round((performance.now() - started) * 100) / 100, ...details };
  } catch {
    return { up: false, latencyMs: null };
  } finally {
    timeout.clear();
  }
}
