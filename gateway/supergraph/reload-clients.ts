// The HTTP ways to the subgraphs of a graph that may change. A subgraph that is new, or answers elsewhere, gets a new client;
// one that is gone keeps its own for as long as a request that was planned before may last.
import type { Execute } from '../../platform/calls/call.ts';
import type { Readiness } from '../../platform/http/health.ts';
import type { SubgraphClient } from '../../platform/transport/subgraph-client.ts';
import type { JoinedSubgraph } from './join-graph.ts';
import type { SupergraphSource } from './source.ts';

export interface ReloadingClients {
  /** The way to a subgraph, wherever it answers at the time of each call. */
  clientFor: (name: string) => Execute;
  readiness: (name: string, signal: AbortSignal) => Promise<Readiness>;
  close: () => Promise<void>;
}

interface OpenClient {
  url: string;
  client: SubgraphClient;
}

/**
 * Open them before whoever plans for the source: then each graph finds its clients. `graceMs`: how long a client that the graph
 * has lost is kept, in milliseconds.
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
    const end = () => {
      retired.delete(client);
      // It waits for the requests that are under way; their failing is theirs to tell.
      client.close().catch(() => {});
    };
    retired.set(client, { name, timer: setTimeout(end, graceMs).unref() });
  };
  const update = (subgraphs: readonly JoinedSubgraph[]) => {
    const urls = new Map(subgraphs.map(({ name, url }) => [name, url]));
    for (const [name, held] of [...current]) if (urls.get(name) !== held.url) retire(name, held);
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
      const all = [...current.values()].map(({ client }) => client);
      await Promise.all([...all, ...retired.keys()].map((client) => client.close()));
    },
  };
}
