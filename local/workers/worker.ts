// One of several processes that answer at one port (workers.ts): the whole graph in memory, over databases that the primary
// has prepared. It knows the roles that answer queries, and neither owners nor superusers.
import type { WorkersHealth } from '../../gateway/options.ts';
import { getDatabaseKeys } from '../../platform/process/database-urls.ts';
import { readEnvironmentWithOverrides } from '../../platform/process/environment.ts';
import type { Lifecycle } from '../../platform/process/lifecycle.ts';
import { readSupergraphMap } from '../../platform/supergraph-map.ts';
import { prepareDemo } from '../graph/demo.ts';
import { serveGraph } from '../graph/graph.ts';
import { loadOne } from '../graph/loaded-graph.ts';
import type { FromWorker, Instructions, ToWorker } from './workers.ts';

/** Resolves when it answers. Rejects when the end is requested before there are instructions. */
export async function runWorker({ resources, endSignal }: Lifecycle): Promise<void> {
  let health: WorkersHealth = { wanted: 1, running: 0 };
  const instructions = instructed(endSignal, (now) => {
    health = now;
  });
  const map = readSupergraphMap();
  const subgraphs = await Promise.all(map.subgraphs.map((entry) => loadOne(map, entry)));
  const { variables, supergraphSdl, withDemo } = await instructions;
  const environment = readEnvironmentWithOverrides(variables);
  const urls = new Map(
    subgraphs.map(({ definition: { name } }) => [
      name,
      { runtime: variables[getDatabaseKeys(name).runtime] ?? '' },
    ]),
  );
  const share = Math.max(1, Math.floor(environment.cores / environment.WORKERS));
  const running = await serveGraph({
    graph: { map, subgraphs, supergraphSdl },
    environment: { ...environment, cores: share },
    urls,
    opened: resources,
    host: environment.HOST,
    port: environment.PORT ?? 4000,
    workers: () => health,
  });
  if (withDemo) tell({ kind: 'demo', token: await prepareDemo(running) });
  tell({ kind: 'ready', url: running.gateway.url });
}

function instructed(
  endSignal: AbortSignal,
  onHealth: (health: WorkersHealth) => void,
): Promise<Instructions> {
  return new Promise((resolve, reject) => {
    endSignal.addEventListener('abort', () => reject(new Error('it is told to end before it began')));
    process.on('message', (message: ToWorker) => {
      if (message.kind === 'health') onHealth(message.health);
      else resolve(message);
    });
  });
}

function tell(message: FromWorker): void {
  process.send?.(message);
}
