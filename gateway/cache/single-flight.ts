// Identical fetches of public data that are under way at the same time are sent once. Whoever asks after a write or a change
// does not join a fetch from before it. What is not public never comes here.
import type { Call, Execute, Operation, SubgraphResponse } from '../../platform/calls/call.ts';
import type { Log } from '../../platform/process/log.ts';
import type { Freshness } from './freshness.ts';
import { Flight, keyOf } from './shared-fetch.ts';

interface Joined {
  name: string;
  execute: Execute;
  freshness: Freshness;
  /** For how long others may join a fetch, in milliseconds: one that takes longer may be stuck, and must not keep everybody. */
  joinMs: number;
  log: Log;
}

/** The way to one subgraph, for what is public. */
export function onceAtATime({ name, execute, freshness, joinMs, log }: Joined): Execute {
  const flights = new Flights();
  const ended = (flight: Flight) => flights.remove(flight);
  /** The subgraph's own log knows the first one's trace. */
  const join = async (flight: Flight, call: Call): Promise<SubgraphResponse> => {
    const answer = await flight.board(call);
    if (answer.errors !== undefined) {
      const traces = { traceId: call.traceId, askedAs: flight.traceId };
      log.info({ subgraph: name, ...traces }, 'an answer with errors was for several');
    }
    return answer;
  };
  const ask = (operation: Operation, call: Call): Promise<SubgraphResponse> => {
    const moment = freshness.momentOf(name);
    const known = flights.find(operation, call);
    if (known?.isOpen && known.moment === moment && known.ageMs < joinMs) return join(known, call);
    const flight = new Flight(operation, call, moment, { again: (late) => ask(operation, late), ended });
    flights.add(flight);
    const answer = flight.board(call);
    void flight.fly(execute);
    return answer;
  };
  return ask;
}

/** Those under way, by text and by variables. One that is alone with its text is never asked for its key. */
class Flights {
  readonly #byText = new Map<string, Flight | Map<string, Flight>>();

  find(operation: Operation, call: Call): Flight | undefined {
    const known = this.#byText.get(operation.query);
    if (known === undefined) return undefined;
    const key = keyOf(operation, call);
    if (known instanceof Map) return known.get(key);
    return known.key === key ? known : undefined;
  }

  /** In place of one that nobody may join any more. */
  add(flight: Flight): void {
    const { query } = flight.operation;
    const known = this.#byText.get(query);
    if (known === undefined) this.#byText.set(query, flight);
    else if (known instanceof Map) known.set(flight.key, flight);
    else this.#byText.set(query, new Map([known, flight].map((each) => [each.key, each])));
  }

  remove(flight: Flight): void {
    const { query } = flight.operation;
    const known = this.#byText.get(query);
    if (known === flight) this.#byText.delete(query);
    if (!(known instanceof Map) || known.get(flight.key) !== flight) return;
    known.delete(flight.key);
    if (known.size === 0) this.#byText.delete(query);
  }
}
