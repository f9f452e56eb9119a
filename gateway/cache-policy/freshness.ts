// Whether data that was read from a subgraph is still current. Each subgraph has a version here, which grows with every change
// notice (platform/changes/change-hub.ts) and every write that passes this gateway. A response is marked with the version from
// before its fetches: any later change makes the mark stale, also a change during the fetch.
import type { ChangeNotices } from '../../platform/changes/change-hub.ts';
import { getOrCreate } from '../../platform/values/get-or-create.ts';

/** The change notices of a subgraph. Undefined for one that sends none: its cached responses only expire. */
export type ChangeNoticesFor = (subgraph: string) => ChangeNotices | undefined;

interface Source {
  version: number;
  isReceiving: () => boolean;
}

/** The version of a subgraph's data at one moment. */
export interface Mark {
  source: Source;
  version: number;
}

export interface Freshness {
  createMark: (subgraph: string) => Mark;
  /** False after a change, and while change notices may be missed. */
  isFresh: (mark: Mark) => boolean;
  /** A write to this subgraph passed the gateway. It may have changed the data of other subgraphs as well. */
  recordWrite: (subgraph: string) => void;
  /** In another graph, a subgraph may have another address and other data. */
  recordGraphChange: () => void;
  /** Grows with each write and each change of the graph. */
  getEpoch: () => number;
  /** Grows with each write, change of the graph and change notice. Fetches that begin at the same version may be shared. */
  getVersion: (subgraph: string) => number;
  close: () => void;
}

export function openFreshness(changeNoticesFor: ChangeNoticesFor): Freshness {
  const sources = new Map<string, Source>();
  const stops: (() => void)[] = [];
  let epoch = 0;
  const open = (subgraph: string): Source => {
    const notices = changeNoticesFor(subgraph);
    const source: Source = { version: 0, isReceiving: notices?.isReceiving ?? (() => true) };
    const onNotice = () => {
      source.version += 1;
    };
    if (notices !== undefined) stops.push(notices.onNotice(onNotice));
    return source;
  };
  const getSource = (subgraph: string) => getOrCreate(sources, subgraph, open);
  return {
    createMark: (subgraph) => {
      const source = getSource(subgraph);
      return { source, version: source.version };
    },
    isFresh: ({ source, version }) => source.version === version && source.isReceiving(),
    recordWrite: (subgraph) => {
      epoch += 1;
      const source = sources.get(subgraph);
      if (source !== undefined) source.version += 1;
    },
    recordGraphChange: () => {
      epoch += 1;
    },
    getEpoch: () => epoch,
    getVersion: (subgraph) => epoch + getSource(subgraph).version,
    close: () => {
      for (const stop of stops) stop();
    },
  };
}
