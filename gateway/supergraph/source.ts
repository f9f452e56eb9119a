// Gives the gateway its supergraph, whose SDL may change while requests run. A new supergraph is served only if every listener
// accepts it: otherwise all listeners go back to the old one.
import type { ReloadOptions } from '../../platform/process/watch-files.ts';
import { type JoinedSubgraph, parseJoinedSubgraphs } from './join-graph.ts';

export interface SupergraphSource {
  /** The SDL of the current supergraph. */
  readonly sdl: string;
  /** The subgraphs that it joins. */
  readonly subgraphs: readonly JoinedSubgraph[];
  /**
   * Calls the listener with each new supergraph, in the order of registration; returns a function that removes the listener. A
   * listener that throws refuses the supergraph: it and the listeners before it are then called with the old one.
   */
  onChange: (listener: SupergraphListener) => () => void;
}

export type SupergraphListener = (sdl: string, subgraphs: readonly JoinedSubgraph[]) => void;

export interface ChangingSource extends SupergraphSource {
  /** Replaces the supergraph. Throws SupergraphError, or the error of a listener; the old supergraph then stays. */
  offer: (sdl: string) => void;
}

/** A supergraph that is read from files. */
export interface ReloadableSource extends ChangingSource {
  /** The options of reloadOnChange, except for the log. */
  reloadOptions: Omit<ReloadOptions, 'log'>;
}

/** A supergraph that never changes. Throws SupergraphError. */
export function createConstantSource(sdl: string): SupergraphSource {
  return createChangingSource(sdl);
}

/** Throws SupergraphError when the SDL is no supergraph. */
export function createChangingSource(sdl: string): ChangingSource {
  let current = { sdl, subgraphs: parseJoinedSubgraphs(sdl) };
  const listeners = new Set<SupergraphListener>();
  return {
    get sdl() {
      return current.sdl;
    },
    get subgraphs() {
      return current.subgraphs;
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    offer: (changed) => {
      if (changed === current.sdl) return;
      const next = { sdl: changed, subgraphs: parseJoinedSubgraphs(changed) };
      const notified: SupergraphListener[] = [];
      try {
        for (const listener of listeners) {
          notified.push(listener);
          listener(next.sdl, next.subgraphs);
        }
      } catch (cause) {
        for (const listener of notified) listener(current.sdl, current.subgraphs);
        throw cause;
      }
      current = next;
    },
  };
}
