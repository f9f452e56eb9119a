// Sends identical fetches once while one of them is running (single flight). A fetch that begins after a write or a change
// notice never joins one from before it. Only fetches whose response does not depend on the viewer may come here.
import type { Call, Execute, Operation, SubgraphResponse } from '../../platform/calls/call.ts';
import type { Log } from '../../platform/process/log.ts';
import type { Freshness } from '../cache-policy/freshness.ts';
import { buildFetchKey, SharedFetch } from './shared-fetch.ts';

interface SingleFlightOptions {
  /** The subgraph. */
  name: string;
  execute: Execute;
  freshness: Freshness;
  /** For how long after its start a fetch can be joined, in milliseconds. A fetch that takes longer may hang: new callers start one of their own. */
  joinMs: number;
  log: Log;
}

/** Wraps the client of one subgraph. */
export function createSingleFlight({ name, execute, freshness, joinMs, log }: SingleFlightOptions): Execute {
  const running = new RunningFetches();
  const onEnd = (fetch: SharedFetch) => running.remove(fetch);
  const join = async (fetch: SharedFetch, call: Call): Promise<SubgraphResponse> => {
    const response = await fetch.join(call);
    if (response.errors !== undefined) {
      // The subgraph has logged these errors under the trace of the first caller.
      const traces = { traceId: call.traceId, sharedTraceId: fetch.traceId };
      log.info({ subgraph: name, ...traces }, 'several requests share a response with errors');
    }
    return response;
  };
  const joinOrSend = (operation: Operation, call: Call): Promise<SubgraphResponse> => {
    const version = freshness.getVersion(name);
    const known = running.find(operation, call);
    if (known?.isOpen && known.version === version && known.ageMs < joinMs) return join(known, call);
    const retry = (waiting: Call) => joinOrSend(operation, waiting);
    const fetch = new SharedFetch(operation, call, version, { retry, onEnd });
    running.add(fetch);
    const response = fetch.join(call);
    void fetch.send(execute);
    return response;
  };
  return joinOrSend;
}

/** The running fetches, by query text and then by key. A fetch that is alone with its text never builds its key. */
class RunningFetches {
  readonly #byText = new Map<string, SharedFetch | Map<string, SharedFetch>>();

  find(operation: Operation, call: Call): SharedFetch | undefined {
    const known = this.#byText.get(operation.query);
    if (known === undefined) return undefined;
    const key = buildFetchKey(operation, call);
    if (known instanceof Map) return known.get(key);
    return known.key === key ? known : undefined;
  }

  /** Replaces a fetch with the same key, which can no longer be joined. */
  add(fetch: SharedFetch): void {
    const { query } = fetch.operation;
    const known = this.#byText.get(query);
    if (known === undefined) this.#byText.set(query, fetch);
    else if (known instanceof Map) known.set(fetch.key, fetch);
    else this.#byText.set(query, new Map([known, fetch].map((each) => [each.key, each])));
  }

  remove(fetch: SharedFetch): void {
    const { query } = fetch.operation;
    const known = this.#byText.get(query);
    if (known === fetch) this.#byText.delete(query);
    if (!(known instanceof Map) || known.get(fetch.key) !== fetch) return;
    known.delete(fetch.key);
    if (known.size === 0) this.#byText.delete(query);
  }
}
