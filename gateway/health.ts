// The health of the gateway: what each subgraph reports of itself (database, migrations), its latency, and the state of the
// client for it (fetch/bounded-clients.ts). It also says how operations were planned (planning/) and executed (execute/plan-counts.ts).
// A subgraph that is down costs only its own fields. So the gateway is ready as long as one subgraph is, it can plan operations, and its
// own configuration is not certainly wrong.
import { rejectOnAbort, startTimeout } from '../platform/calls/deadline.ts';
import type { Readiness } from '../platform/http/health.ts';
import { shareCheck } from '../platform/http/shared-check.ts';
import { type Configuration, judgeConfiguration } from '../platform/transport/configuration.ts';
import type { SubgraphClients } from './fetch/bounded-clients.ts';
import type { GatewayOptions } from './options.ts';

const readinessTimeoutMs = 2_000;

type Dependency = { up: boolean; latencyMs: number | null } & Readonly<Record<string, unknown>>;

type HealthSources = Pick<
  GatewayOptions,
  'supergraph' | 'readiness' | 'workers' | 'plans' | 'planning' | 'log'
>;

/** The returned check asks the subgraphs at most once at a time. What this process knows itself is always current. */
export function createDependencyCheck(
  { supergraph, readiness, workers, plans, planning, log }: HealthSources,
  clients: Pick<SubgraphClients, 'health'>,
): () => Promise<Readiness> {
  const configuration = judgeConfiguration(log);
  const askSubgraphs = shareCheck(() =>
    Promise.all(
      supergraph.subgraphs.map(async ({ name }) => {
        const state = await checkReadiness(readiness, name, configuration.record);
        return [name, state] as const;
      }),
    ),
  );
  return async () => {
    const states = await askSubgraphs();
    const dependencies = states.map(
      ([name, state]) => [name, { ...state, ...clients.health(name) }] as const,
    );
    const mistakes = configuration.mistakes();
    return {
      isReady: planning?.isReady !== false && states.some(([, { up }]) => up) && mistakes.length === 0,
      details: {
        ...(mistakes.length === 0 ? {} : { configuration: mistakes }),
        ...(workers === undefined ? {} : { workers: workers() }),
        dependencies: Object.fromEntries(dependencies),
        ...(plans === undefined ? {} : { plans: plans.health }),
        ...(planning === undefined ? {} : { planning: planning.health }),
      },
    };
  };
}

async function checkReadiness(
  readiness: GatewayOptions['readiness'],
  name: string,
  record: Configuration['record'],
): Promise<Dependency> {
  const started = performance.now();
  const timeout = startTimeout(readinessTimeoutMs);
  try {
    const { isReady, details } = await rejectOnAbort(readiness(name, timeout.signal), timeout.signal);
    record(name, details);
    return { up: isReady, latencyMs: Math.round((performance.now() - started) * 100) / 100, ...details };
  } catch {
    return { up: false, latencyMs: null };
  } finally {
    timeout.clear();
  }
}
