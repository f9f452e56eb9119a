// Whether the gateway can answer: what each subgraph says of itself (database, migrations), and how fast it says it. One
// that is away costs its fields, not the whole graph, so the gateway stays ready until none is left.
import type { Readiness } from '../platform/health.ts';
import type { GatewayOptions } from './gateway.ts';

const patienceMs = 2_000;

type Dependency = { up: boolean; latencyMs: number | null } & Readonly<Record<string, unknown>>;

export async function dependencyHealth({
  supergraph,
  readiness,
}: Pick<GatewayOptions, 'supergraph' | 'readiness'>): Promise<Readiness> {
  const states = await Promise.all(
    supergraph.subgraphs.map(async ({ name }) => [name, await ask(readiness, name)] as const),
  );
  return {
    ready: states.some(([, { up }]) => up),
    details: { dependencies: Object.fromEntries(states) },
  };
}

async function ask(readiness: GatewayOptions['readiness'], name: string): Promise<Dependency> {
  const started = performance.now();
  try {
    const { ready, details } = await readiness(name, AbortSignal.timeout(patienceMs));
    return { up: ready, latencyMs: Math.round((performance.now() - started) * 100) / 100, ...details };
  } catch {
    return { up: false, latencyMs: null };
  }
}
