// Whether the gateway can answer: what each subgraph says of itself (database, migrations), how fast it says it, and whether
// it is being asked at all (fetch/bounded-clients.ts). One that is away costs its fields, not the whole graph, so the gateway stays
// ready until none is left. And how it carries operations out (execute/plan-counts.ts).
import { rejectOnAbort, startTimeout } from '../platform/calls/deadline.ts';
import type { Readiness } from '../platform/http/health.ts';
import type { SubgraphClients } from './fetch/bounded-clients.ts';
import type { GatewayOptions } from './options.ts';

const patienceMs = 2_000;

type Dependency = { up: boolean; latencyMs: number | null } & Readonly<Record<string, unknown>>;

type Watched = Pick<GatewayOptions, 'supergraph' | 'readiness' | 'workers' | 'plans'>;

export async function dependencyHealth(
  { supergraph, readiness, workers, plans }: Watched,
  clients: Pick<SubgraphClients, 'health'>,
): Promise<Readiness> {
  const states = await Promise.all(
    supergraph.subgraphs.map(async ({ name }) => {
      const state: Dependency = { ...(await ask(readiness, name)), ...clients.health(name) };
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

async function ask(readiness: GatewayOptions['readiness'], name: string): Promise<Dependency> {
  const started = performance.now();
  const ending = startTimeout(patienceMs);
  try {
    const { isReady, details } = await rejectOnAbort(readiness(name, ending.signal), ending.signal);
    return { up: isReady, latencyMs: Math.round((performance.now() - started) * 100) / 100, ...details };
  } catch {
    return { up: false, latencyMs: null };
  } finally {
    ending.clear();
  }
}
