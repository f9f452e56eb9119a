// The graph under test, in a process of its own: embedded PostgreSQL, every subgraph, the gateway. Tells its parent, over
// IPC, where it answers, and on request what it has spent so far.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openGraph } from '../../local/graph/graph.ts';
import { loadGraph } from '../../local/graph/loaded-graph.ts';
import { startCluster } from '../../local/postgres/cluster.ts';
import { buildEmbeddedUrls } from '../../local/postgres/databases.ts';
import { readEnvironment } from '../../platform/process/environment.ts';
import { runUntilEnd } from '../../platform/process/lifecycle.ts';
import { readSupergraphMap } from '../../platform/supergraph-map.ts';

export interface Ready {
  url: string;
  postmaster: number;
  urls: Record<string, string>;
}

await runUntilEnd(async ({ resources }) => {
  const environment = readEnvironment();
  const map = readSupergraphMap();
  // Durable: commits are flushed to disk, as they would be for real money.
  const folder = join(environment.DATA_DIR, 'postgres');
  const cluster = await startCluster({ folder, password: 'bench', durable: true });
  resources.add('PostgreSQL', cluster.stop);
  const names = map.subgraphs.map(({ name }) => name);
  const urls = buildEmbeddedUrls(cluster.adminUrl, names, (role) => `bench-${role}`);
  const graph = await loadGraph(map);
  const running = await openGraph({
    graph,
    environment,
    urls,
    opened: resources,
    host: '127.0.0.1',
    port: 0,
  });
  const statements = () =>
    [...running.subgraphs.values()].reduce((sum, subgraph) => sum + subgraph.statements(), 0);
  process.on('message', () => process.send?.({ statements: statements() }));
  const ready: Ready = {
    url: running.gateway.url,
    postmaster: Number(readFileSync(join(cluster.folder, 'postmaster.pid'), 'utf8').split('\n')[0]),
    urls: Object.fromEntries([...urls].map(([name, { owner }]) => [name, owner])),
  };
  process.send?.(ready);
  // A parent that was killed cannot tell us to end.
  process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
});
