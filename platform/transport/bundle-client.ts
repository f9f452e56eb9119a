// The caller's side of bundles (bundle-format.ts): queries that start in one turn of the event loop leave together. Callers notice no
// difference. When a bundle fails, each of its operations that has no response is sent again alone, so that each caller receives
// the response or the error of its own request. A caller that gives up leaves the bundle, and the other calls continue.
import type { Pool } from 'undici';
import { type Call, type Execute, isQuery, type SubgraphResponse } from '../calls/call.ts';
import type { Sign } from '../identity/signed-identity.ts';
import { bundleType, FrameReader, formatBundle, type OutgoingCall } from './bundle-format.ts';
import { noEncoding } from './content-encoding.ts';
import { exchange } from './http-exchange.ts';

export interface BundleClientOptions {
  name: string;
  pool: Pool;
  path: string;
  sign: Sign;
  /** Sends one operation as a request of its own. */
  executeAlone: Execute;
  /** Throws SubgraphCallError. */
  parseResponse: (status: number, text: string, call: Call) => SubgraphResponse;
  /** The error of a call whose signal has aborted. */
  toAbortError: (signal: AbortSignal) => Error;
}

interface WaitingCall extends OutgoingCall {
  resolve: (response: SubgraphResponse | Promise<SubgraphResponse>) => void;
  reject: (cause: unknown) => void;
}

/** How long a subgraph that does not support bundles receives none, in milliseconds. */
const cooldownMs = 60_000;

/** Mutations are always sent alone: a mutation that is sent again could be executed twice. */
export function openBundleClient(options: BundleClientOptions): Execute {
  let waiting: WaitingCall[] = [];
  let cooldownUntil = 0;
  const sendWaitingCalls = () => {
    let remaining: readonly WaitingCall[] = waiting;
    waiting = [];
    while (remaining.length > 1 && Date.now() >= cooldownUntil) {
      const { body, callCount } = formatBundle(remaining);
      const calls = remaining.slice(0, callCount);
      if (callCount > 1) {
        void sendBundle(options, body, calls).then((isSupported) => {
          if (!isSupported) cooldownUntil = Date.now() + cooldownMs;
        });
      } else sendAlone(options, calls);
      remaining = remaining.slice(callCount);
    }
    sendAlone(options, remaining);
  };
  return async (operation, call) => {
    if (!isQuery(operation.query)) return options.executeAlone(operation, call);
    const token = await options.sign(options.name, call.viewer);
    return new Promise((resolve, reject) => {
      waiting.push({ operation, call, token, resolve, reject });
      if (waiting.length === 1) setImmediate(sendWaitingCalls);
    });
  };
}

function sendAlone({ executeAlone }: BundleClientOptions, calls: readonly WaitingCall[]): void {
  for (const { operation, call, resolve } of calls) resolve(executeAlone(operation, call));
}

/** Settles all calls. Resolves with false when the subgraph does not support bundles. */
async function sendBundle(
  options: BundleClientOptions,
  body: string,
  calls: readonly WaitingCall[],
): Promise<boolean> {
  const { pool, path, parseResponse } = options;
  const { unanswered, take, stop, signal } = trackCalls(options, calls);
  const frames = new FrameReader((index, status, text) => {
    const waiting = take(index);
    try {
      waiting?.resolve(parseResponse(status, text, waiting.call));
    } catch (cause) {
      waiting?.reject(cause);
    }
  });
  let isBundle = false;
  const headers = {
    'content-type': bundleType,
    'accept-encoding': noEncoding,
    authorization: `Bearer ${calls[0]?.token}`,
  };
  const { statusCode } = await exchange(pool, { path, method: 'POST', headers, body }, signal, {
    onHead: (head) => {
      isBundle = head.statusCode === 200 && head.contentType === bundleType && head.contentEncoding === '';
    },
    onChunk: (chunk) => {
      if (isBundle) frames.push(chunk);
    },
  }).catch(() => ({ statusCode: 0 }));
  stop();
  sendAlone(options, [...unanswered.values()]);
  return statusCode !== 415;
}

interface TrackedCalls {
  /** Calls without a response whose callers still wait, by index. */
  unanswered: ReadonlyMap<number, WaitingCall>;
  /** Removes a call when its response has arrived. Undefined when its caller has given up. */
  take: (index: number) => WaitingCall | undefined;
  /** Stops listening to the signals of the callers. */
  stop: () => void;
  /** Aborts when all callers without a response have given up. */
  signal: AbortSignal;
}

/** Rejects a call as soon as its signal aborts. */
function trackCalls({ toAbortError }: BundleClientOptions, calls: readonly WaitingCall[]): TrackedCalls {
  const unanswered = new Map([...calls.entries()]);
  const abandoned = new AbortController();
  const listeners = calls.map(({ call: { signal }, reject }, index) => {
    const giveUp = () => {
      unanswered.delete(index);
      reject(toAbortError(signal));
      if (unanswered.size === 0) abandoned.abort(signal.reason);
    };
    if (signal.aborted) giveUp();
    else signal.addEventListener('abort', giveUp);
    return () => signal.removeEventListener('abort', giveUp);
  });
  const take = (index: number) => {
    const call = unanswered.get(index);
    unanswered.delete(index);
    listeners[index]?.();
    return call;
  };
  const stop = () => {
    for (const stopListening of listeners) stopListening();
  };
  return { unanswered, take, stop, signal: abandoned.signal };
}
