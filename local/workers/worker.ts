// One of several processes that share a port (workers.ts). It runs the whole graph over databases that the primary has prepared,
// and knows only their runtime roles.
import type { WorkersHealth } from '../../gateway/options.ts';
import { getDatabaseKeys } from '../../platform/process/database-urls.ts';
import { isProduction, readEnvironmentWithOverrides } from '../../platform/process/environment.ts';
import type { Lifecycle } from '../../platform/process/lifecycle.ts';
import { openLog } from '../../platform/process/log.ts';
import { readSupergraphMap } from '../../platform/supergraph-map.ts';
import { prepareDemo } from '../graph/demo.ts';
import { serveGraph } from '../graph/graph.ts';
import { loadSubgraphFiles } from '../graph/loaded-graph.ts';
import type { FromWorker, Instructions, ToWorker } from './workers.ts';

/** Resolves when the worker accepts requests. Rejects when the end is requested before the instructions arrive. */
export async function runWorker({
  resources,
  endSignal,
  reportStop,
  allowDrain,
  writeLines,
}: Lifecycle): Promise<void> {
  if (isProduction()) writeLines('worker');
  let health: WorkersHealth = { wanted: 1, running: 0 };
  const instructions = receiveInstructions(endSignal, (now) => {
    health = now;
  });
  const map = readSupergraphMap();
  const subgraphs = await Promise.all(map.subgraphs.map((entry) => loadSubgraphFiles(map, entry)));
  const { variables, supergraphSdl, withDemo } = await instructions;
  const environment = readEnvironmentWithOverrides(variables);
  const log = openLog(environment, 'worker');
  reportStop((message, details) => log.info(details, message));
  const urls = new Map(
    subgraphs.map(({ definition: { name } }) => [
      name,
      { runtime: variables[getDatabaseKeys(name).runtime] ?? '' },
    ]),
  );
  const share = Math.max(1, Math.floor(environment.cores / environment.WORKERS));
  allowDrain(environment.DRAIN_MS);
  const running = await serveGraph({
    graph: { map, subgraphs, supergraphSdl },
    environment: { ...environment, cores: share },
    urls,
    opened: resources,
    endSignal,
    host: environment.HOST,
    port: environment.PORT ?? 4000,
    workers: () => health,
  });
  if (withDemo) send({ kind: 'demo', token: await prepareDemo(running) });
  send({ kind: 'ready', url: running.gateway.url });
}

function receiveInstructions(
  endSignal: AbortSignal,
  onHealth: (health: WorkersHealth) => void,
): Promise<Instructions> {
  return new Promise((resolve, reject) => {
    endSignal.addEventListener('abort', () =>
      reject(new Error('The worker was stopped before its instructions arrived')),
    );
    process.on('message', (message: ToWorker) => {
      if (message.kind === 'health') onHealth(message.health);
      else resolve(message);
    });
  });
}

function send(message: FromWorker): void {
  process.send?.(message);
}
