// Whether what a subgraph said is still true. Each subgraph has a version here that grows with every word of a change
// (platform/changes/change-hub.ts) and with every write that passes this gateway. An answer is marked with the version at the moment
// before it was asked for: whatever changes later, also while it is under way, makes the mark stale.
import type { ChangeNotices } from '../../platform/changes/change-hub.ts';
import { getOrCreate } from '../../platform/values/get-or-create.ts';

/** The way to hear of a subgraph's changes. Undefined for one that never tells: then its answers age, and no more. */
export type ChangesOf = (subgraph: string) => ChangeNotices | undefined;

interface Source {
  version: number;
  isReceiving: () => boolean;
}

/** What a subgraph's data was at one moment. */
export interface Mark {
  source: Source;
  version: number;
}

export interface Freshness {
  mark: (subgraph: string) => Mark;
  /** False also while changes may pass unheard. */
  isFresh: (mark: Mark) => boolean;
  /** A write to this subgraph passed here, and may have changed what others say as well. */
  wrote: (subgraph: string) => void;
  /** Another graph: a subgraph may answer elsewhere, and otherwise. */
  renew: () => void;
  /** Grows with each write and graph. */
  turn: () => number;
  /** Grows with each write, change and graph: who asks at one moment may share with who asked at the same. */
  momentOf: (subgraph: string) => number;
  close: () => void;
}

export function openFreshness(changesOf: ChangesOf): Freshness {
  const sources = new Map<string, Source>();
  const stops: (() => void)[] = [];
  /** Writes and graphs so far. */
  let turns = 0;
  const open = (subgraph: string): Source => {
    const changes = changesOf(subgraph);
    const source: Source = { version: 0, isReceiving: changes?.isReceiving ?? (() => true) };
    const change = () => {
      source.version += 1;
    };
    if (changes !== undefined) stops.push(changes.onNotice(change));
    return source;
  };
  const sourceOf = (subgraph: string) => getOrCreate(sources, subgraph, open);
  return {
    mark: (subgraph) => {
      const source = sourceOf(subgraph);
      return { source, version: source.version };
    },
    isFresh: ({ source, version }) => source.version === version && source.isReceiving(),
    wrote: (subgraph) => {
      turns += 1;
      const source = sources.get(subgraph);
      if (source !== undefined) source.version += 1;
    },
    renew: () => {
      turns += 1;
    },
    turn: () => turns,
    momentOf: (subgraph) => turns + sourceOf(subgraph).version,
    close: () => {
      for (const stop of stops) stop();
    },
  };
}
