// Keeps one HTTP client open for each subgraph of a supergraph that may change. A new subgraph, and one with a new URL, gets a new
// client. The old client stays open as long as a request that was planned before may take.
import type { Execute } from '../../platform/calls/call.ts';
import type { CheckReadiness } from '../../platform/transport/readiness.ts';
import type { SubgraphClient } from '../../platform/transport/subgraph-client.ts';
import type { JoinedSubgraph } from './join-graph.ts';
import type { SupergraphSource } from './source.ts';

export interface ReloadingClients {
  /** Sends each call to the URL that the subgraph has at that time. */
  clientFor: (name: string) => Execute;
  readiness: CheckReadiness;
  close: () => Promise<void>;
}

interface OpenClient {
  url: string;
  client: SubgraphClient;
}

/**
 * Must be called before the planner listens to the source, so that each new supergraph finds its clients. `graceMs` is how long a
 * client stays open after the supergraph has lost it.
 */
export function openReloadingClients(
  source: SupergraphSource,
  open: (subgraph: JoinedSubgraph) => SubgraphClient,
  graceMs: number,
): ReloadingClients {
  const current = new Map<string, OpenClient>();
  const retired = new Map<SubgraphClient, { name: string; timer: NodeJS.Timeout }>();
  const retire = (name: string, { client }: OpenClient) => {
    current.delete(name);
    const closeRetired = () => {
      retired.delete(client);
      // The client waits for its requests, and these report their failures themselves.
      client.close().catch(() => {});
    };
    retired.set(client, { name, timer: setTimeout(closeRetired, graceMs).unref() });
  };
  const update = (subgraphs: readonly JoinedSubgraph[]) => {
    const urls = new Map(subgraphs.map(({ name, url }) => [name, url]));
    for (const [name, opened] of [...current]) if (urls.get(name) !== opened.url) retire(name, opened);
    for (const subgraph of subgraphs) {
      const { name, url } = subgraph;
      if (!current.has(name)) current.set(name, { url, client: open(subgraph) });
    }
  };
  const find = (name: string): SubgraphClient => {
    const last = [...retired].findLast(([, client]) => client.name === name)?.[0];
    const client = current.get(name)?.client ?? last;
    if (client === undefined) throw new Error(`the graph has no subgraph "${name}"`);
    return client;
  };
  update(source.subgraphs);
  const stop = source.onChange((_sdl, subgraphs) => update(subgraphs));
  return {
    clientFor: (name) => {
      find(name);
      return (operation, call) => find(name).execute(operation, call);
    },
    readiness: (name, signal) => find(name).readiness(signal),
    close: async () => {
      stop();
      for (const { timer } of retired.values()) clearTimeout(timer);
      const clients = [...current.values()].map(({ client }) => client);
      await Promise.all([...clients, ...retired.keys()].map((client) => client.close()));
    },
  };
}
