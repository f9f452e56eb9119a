// Tributary's graph in one process, as `npm start` runs it, over existing databases.
import { openGraph } from '../../local/graph/graph.ts';
import { loadGraph } from '../../local/graph/loaded-graph.ts';
import type { DatabaseUrls } from '../../platform/process/database-urls.ts';
import { readEnvironment } from '../../platform/process/environment.ts';
import { runUntilEnd } from '../../platform/process/lifecycle.ts';
import { readSupergraphMap } from '../../platform/supergraph-map.ts';
import { readOptions, sendReady } from './peer.ts';

export interface OneProcessOptions {
  databases: readonly (readonly [name: string, urls: DatabaseUrls])[];
  variables: Readonly<Record<string, string>>;
}

const { databases, variables } = readOptions<OneProcessOptions>();

await runUntilEnd(async ({ resources }) => {
  const { gateway } = await openGraph({
    graph: await loadGraph(readSupergraphMap()),
    environment: readEnvironment(variables),
    // Without the superuser: the databases are provisioned already.
    urls: new Map(databases.map(([name, { runtime, owner }]) => [name, { runtime, owner }])),
    opened: resources,
    host: '127.0.0.1',
    port: 0,
  });
  sendReady(gateway.url);
});
