// Where the gateway takes its graph from: a supergraph's SDL that may change while requests run. A new graph is taken by
// everybody or by nobody, so that a graph which somebody cannot serve leaves the old one in place, whole.
import type { ReloadOptions } from '../../platform/process/watch-files.ts';
import { type JoinedSubgraph, parseJoinedSubgraphs } from './join-graph.ts';

export interface SupergraphSource {
  /** The graph to serve now. */
  readonly sdl: string;
  /** The subgraphs it joins. */
  readonly subgraphs: readonly JoinedSubgraph[];
  /**
   * Told each new graph, in the order of asking to be told; returns how to stop. A listener that throws refuses the graph:
   * then it and those told before it are told the old one again, at once.
   */
  onChange: (listener: SupergraphListener) => () => void;
}

export type SupergraphListener = (sdl: string, subgraphs: readonly JoinedSubgraph[]) => void;

export interface ChangingSource extends SupergraphSource {
  /** Makes this the graph. Throws what a listener threw, or SupergraphError; then the old one stays. */
  offer: (sdl: string) => void;
}

/** A graph that lies in files. */
export interface FollowedSource extends ChangingSource {
  /** What to hand to reloadOnChange, with a log. */
  follow: Omit<ReloadOptions, 'log'>;
}

/** A graph that stays as it is. Throws SupergraphError. */
export function createConstantSource(sdl: string): SupergraphSource {
  return createChangingSource(sdl);
}

/** Throws SupergraphError when this is no supergraph. */
export function createChangingSource(sdl: string): ChangingSource {
  let now = { sdl, subgraphs: parseJoinedSubgraphs(sdl) };
  const listeners = new Set<SupergraphListener>();
  return {
    get sdl() {
      return now.sdl;
    },
    get subgraphs() {
      return now.subgraphs;
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    offer: (changed) => {
      if (changed === now.sdl) return;
      const next = { sdl: changed, subgraphs: parseJoinedSubgraphs(changed) };
      const told: SupergraphListener[] = [];
      try {
        for (const listener of listeners) {
          told.push(listener);
          listener(next.sdl, next.subgraphs);
        }
      } catch (cause) {
        for (const listener of told) listener(now.sdl, now.subgraphs);
        throw cause;
      }
      now = next;
    },
  };
}
