// Whether the gateway can answer: which subgraphs answer it, and how fast. One that is away costs its fields, not the
// whole graph, so the gateway stays ready until none is left.
import type { Readiness } from '../platform/health.ts';
import type { Viewer } from '../platform/viewer.ts';
import type { GatewayOptions } from './gateway.ts';

const patienceMs = 2_000;

export async function dependencyHealth({
  subgraphs,
  hop,
}: Pick<GatewayOptions, 'subgraphs' | 'hop'>): Promise<Readiness> {
  const states = await Promise.all(subgraphs.map(async (name) => [name, await ask(hop, name)] as const));
  return {
    ready: states.some(([, { up }]) => up),
    details: { dependencies: Object.fromEntries(states) },
  };
}

async function ask(
  hop: GatewayOptions['hop'],
  name: string,
): Promise<{ up: boolean; latencyMs: number | null }> {
  const viewer: Viewer = { kind: 'service', name: 'gateway' };
  const started = performance.now();
  try {
    const call = { viewer, signal: AbortSignal.timeout(patienceMs), traceId: '0'.repeat(32) };
    const { data } = await hop(name)({ query: '{ __typename }' }, call);
    if (!data) return { up: false, latencyMs: null };
    return { up: true, latencyMs: Math.round((performance.now() - started) * 100) / 100 };
  } catch {
    return { up: false, latencyMs: null };
  }
}
