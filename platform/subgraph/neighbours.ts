// Whether the neighbours of a subgraph accept its calls: its peers, and the services outside of the graph. A wrong URL, key or clock makes
// every call fail as if the neighbour were down: the log and the health say what it is. The neighbours are asked beside the
// health and never within it, so that two subgraphs that call each other do not wait for each other.
import { startTimeout } from '../calls/deadline.ts';
import type { Log } from '../process/log.ts';
import { type Configuration, judgeConfiguration } from '../transport/configuration.ts';

/** Resolves with what the answer shows (transport/configuration.ts). Rejects when there is no answer. */
export type AskNeighbour = (signal: AbortSignal) => Promise<Readonly<Record<string, unknown>>>;

export interface Neighbour {
  name: string;
  ask: AskNeighbour;
  /** How long a neighbour that accepts the calls is not asked again, in milliseconds. */
  pauseMs?: number;
}

export interface Neighbours extends Pick<Configuration, 'findings' | 'mistakes'> {
  /** Asks the neighbours again, unless they were asked a moment ago. It does not wait for them. */
  refresh: () => void;
  /** Resolves when each neighbour has answered the first question, or has not answered in time. */
  whenAsked: Promise<unknown>;
}

/** Between two questions, and for an answer, in milliseconds. */
const defaultPauseMs = 5_000;
const timeoutMs = 2_000;

/** Asks all neighbours at once. */
export function watchNeighbours(
  neighbours: readonly Neighbour[],
  log: Log,
  now: () => number = Date.now,
): Neighbours {
  const { record, findings, mistakes } = judgeConfiguration(log);
  const nextAt = new Map<string, number>();
  const ask = async ({ name, ask, pauseMs = defaultPauseMs }: Neighbour): Promise<void> => {
    nextAt.set(name, now() + defaultPauseMs);
    const timeout = startTimeout(timeoutMs);
    try {
      record(name, await ask(timeout.signal));
      const isAccepted = Object.keys(findings(name)).length === 0;
      if (isAccepted) nextAt.set(name, now() + pauseMs);
    } catch {
      // A neighbour that does not answer says nothing about this process. Its circuit breaker has the rest.
    } finally {
      timeout.clear();
    }
  };
  return {
    findings,
    mistakes,
    refresh: () => {
      for (const neighbour of neighbours) if (now() >= (nextAt.get(neighbour.name) ?? 0)) void ask(neighbour);
    },
    whenAsked: Promise.all(neighbours.map(ask)),
  };
}
