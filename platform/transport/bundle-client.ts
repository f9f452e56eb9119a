// The caller's side of bundles (bundle-format.ts): queries that are asked for while the event loop handles what has arrived leave
// together. Nobody can tell from the answers: an operation whose bundle failed, for whatever reason, is asked again alone, so
// that one broken connection is one fault of each and its own; one that waits no longer is let go, and the rest go on.
import type { Pool } from 'undici';
import { type Execute, isQuery, type SubgraphResponse } from '../calls/call.ts';
import type { Sign } from '../identity/signed-identity.ts';
import { type Asking, bundleOf, bundleType, FrameReader } from './bundle-format.ts';
import { exchange } from './http-exchange.ts';

export interface BundleClientOptions {
  name: string;
  pool: Pool;
  path: string;
  sign: Sign;
  /** The way of a single operation. */
  alone: Execute;
  /** From a status and a body to the answer; throws SubgraphCallError. */
  read: (status: number, text: string) => SubgraphResponse;
  /** What is said to a caller whose signal has aborted. */
  ended: (signal: AbortSignal) => Error;
}

interface Waiting extends Asking {
  resolve: (answer: SubgraphResponse | Promise<SubgraphResponse>) => void;
  reject: (cause: unknown) => void;
}

/** How long a subgraph that does not know bundles is sent none, in milliseconds. */
const restMs = 60_000;

/** A mutation goes alone: asked again, it could happen twice. */
export function openBundleClient(options: BundleClientOptions): Execute {
  let waiting: Waiting[] = [];
  let restsUntil = 0;
  const leave = () => {
    let left: readonly Waiting[] = waiting;
    waiting = [];
    while (left.length > 1 && Date.now() >= restsUntil) {
      const { body, taken } = bundleOf(left);
      const bundle = left.slice(0, taken);
      if (taken > 1) {
        void together(options, body, bundle).then((isKnown) => {
          if (!isKnown) restsUntil = Date.now() + restMs;
        });
      } else goAlone(options, bundle);
      left = left.slice(taken);
    }
    goAlone(options, left);
  };
  return async (operation, call) => {
    if (!isQuery(operation.query)) return options.alone(operation, call);
    const token = await options.sign(options.name, call.viewer);
    return new Promise((resolve, reject) => {
      waiting.push({ operation, call, token, resolve, reject });
      if (waiting.length === 1) setImmediate(leave);
    });
  };
}

function goAlone({ alone }: BundleClientOptions, all: readonly Waiting[]): void {
  for (const { operation, call, resolve } of all) resolve(alone(operation, call));
}

/** Settles each of the bundle. Resolves with whether the subgraph knows bundles. */
async function together(
  options: BundleClientOptions,
  body: string,
  bundle: readonly Waiting[],
): Promise<boolean> {
  const { pool, path, read, ended } = options;
  const open = new Map([...bundle.entries()]);
  const nobodyWaits = new AbortController();
  const listeners = bundle.map(({ call: { signal }, reject }, place) => {
    const giveUp = () => {
      open.delete(place);
      reject(ended(signal));
      if (open.size === 0) nobodyWaits.abort(signal.reason);
    };
    if (signal.aborted) giveUp();
    else signal.addEventListener('abort', giveUp);
    return () => signal.removeEventListener('abort', giveUp);
  });
  const frames = new FrameReader((place, status, text) => {
    const one = open.get(place);
    open.delete(place);
    listeners[place]?.();
    try {
      one?.resolve(read(status, text));
    } catch (cause) {
      one?.reject(cause);
    }
  });
  let isBundle = false;
  const headers = { 'content-type': bundleType, authorization: `Bearer ${bundle[0]?.token}` };
  const { statusCode } = await exchange(pool, { path, method: 'POST', headers, body }, nobodyWaits.signal, {
    start: (answered) => {
      isBundle = answered.statusCode === 200 && answered.type === bundleType;
    },
    data: (chunk) => {
      if (isBundle) frames.push(chunk);
    },
  }).catch(() => ({ statusCode: 0 }));
  for (const stop of listeners) stop();
  goAlone(options, [...open.values()]);
  return statusCode !== 415;
}
