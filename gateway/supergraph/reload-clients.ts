// The HTTP ways to the subgraphs of a graph that may change. A subgraph that is new, or answers elsewhere, gets a new hop;
// one that is gone keeps its own for as long as a request that was planned before may last.
import type { Execute } from '../../platform/calls/call.ts';
import type { Readiness } from '../../platform/http/health.ts';
import type { HttpHop } from '../../platform/transport/subgraph-client.ts';
import type { JoinedSubgraph } from './join-graph.ts';
import type { SupergraphSource } from './source.ts';

export interface Hops {
  /** The way to a subgraph, wherever it answers at the time of each call. */
  to: (name: string) => Execute;
  readiness: (name: string, signal: AbortSignal) => Promise<Readiness>;
  close: () => Promise<void>;
}

interface Held {
  url: string;
  hop: HttpHop;
}

/**
 * Open them before whoever plans for the source: then each graph finds its hops. `graceMs`: how long a hop that the graph
 * has lost is kept, in milliseconds.
 */
export function hopsOf(
  source: SupergraphSource,
  open: (subgraph: JoinedSubgraph) => HttpHop,
  graceMs: number,
): Hops {
  const current = new Map<string, Held>();
  const retired = new Map<HttpHop, { name: string; timer: NodeJS.Timeout }>();
  const retire = (name: string, { hop }: Held) => {
    current.delete(name);
    const end = () => {
      retired.delete(hop);
      // It waits for the requests that are under way; their failing is theirs to tell.
      hop.close().catch(() => {});
    };
    retired.set(hop, { name, timer: setTimeout(end, graceMs).unref() });
  };
  const update = (subgraphs: readonly JoinedSubgraph[]) => {
    const urls = new Map(subgraphs.map(({ name, url }) => [name, url]));
    for (const [name, held] of [...current]) if (urls.get(name) !== held.url) retire(name, held);
    for (const subgraph of subgraphs) {
      const { name, url } = subgraph;
      if (!current.has(name)) current.set(name, { url, hop: open(subgraph) });
    }
  };
  const find = (name: string): HttpHop => {
    const last = [...retired].findLast(([, hop]) => hop.name === name)?.[0];
    const hop = current.get(name)?.hop ?? last;
    if (hop === undefined) throw new Error(`the graph has no subgraph "${name}"`);
    return hop;
  };
  update(source.subgraphs);
  const stop = source.onChange((_sdl, subgraphs) => update(subgraphs));
  return {
    to: (name) => {
      find(name);
      return (operation, call) => find(name).execute(operation, call);
    },
    readiness: (name, signal) => find(name).readiness(signal),
    close: async () => {
      stop();
      for (const { timer } of retired.values()) clearTimeout(timer);
      const all = [...current.values()].map(({ hop }) => hop);
      await Promise.all([...all, ...retired.keys()].map((hop) => hop.close()));
    },
  };
}
