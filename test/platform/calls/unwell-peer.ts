// The peer "products" as tests of resilience need it: one that hangs, fails, resets or dawdles, over real HTTP. What is
// sent to it is counted where it arrives.
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'vitest';
import type { Execute } from '../../../platform/calls/call.ts';
import { type CallLimits, UnansweredCall } from '../../../platform/calls/resilience.ts';
import { openPeers, PeerFault, type Peers } from '../../../platform/subgraph/peer.ts';
import { openSubgraphClient } from '../../../platform/transport/subgraph-client.ts';

export const query = 'query Stock { stock }';
export const mutation = 'mutation Reserve { reserve }';
export const traceId = 'e'.repeat(32);

/** Small, so that every bound is reached soon; long where a test is not about time. */
export const small: CallLimits = {
  maxRunning: 2,
  maxQueued: 2,
  attemptTimeoutMs: 5_000,
  maxRetries: 2,
  maxPauseMs: 5,
  maxFaults: 3,
  cooldownMs: 60_000,
};

const closers: (() => Promise<unknown>)[] = [];

/** Ends the servers of a test: give it to afterEach. */
export async function closePeers(): Promise<void> {
  await Promise.all(closers.splice(0).map((close) => close()));
}

export interface Peer {
  peers: Peers;
  /** Requests that have arrived. */
  arrived: () => number;
  health: () => unknown;
  /** Replaces what the server does from now on. */
  behave: (listener: RequestListener) => void;
  ask: (
    operation?: string,
    call?: { signal?: AbortSignal; deadline?: number; idempotent?: boolean },
  ) => Promise<unknown>;
}

/** The peer "products" behind a real server. */
export async function peerThat(listener: RequestListener, limits: Partial<CallLimits> = {}): Promise<Peer> {
  let behaviour = listener;
  let arrived = 0;
  const server = createServer((request, response) => {
    arrived += 1;
    request.resume();
    behaviour(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const hop = openSubgraphClient('products', `http://127.0.0.1:${port}/graphql`, async () => 'token');
  closers.push(async () => {
    server.closeAllConnections();
    server.close();
    await hop.close();
  });
  return {
    ...over(hop.execute, limits),
    arrived: () => arrived,
    behave: (next) => {
      behaviour = next;
    },
  };
}

/** The peer "products" behind any port. */
export function over(
  execute: Execute,
  limits: Partial<CallLimits> = {},
): Pick<Peer, 'peers' | 'ask' | 'health'> {
  const peers = openPeers(() => execute, { name: 'purchases', peers: ['products'] }, { ...small, ...limits });
  return {
    peers,
    health: () => peers.health().products,
    ask: (operation = mutation, call = {}) =>
      peers
        .ask('products', { query: operation }, { signal: AbortSignal.timeout(20_000), traceId, ...call })
        .catch((cause: unknown) => cause),
  };
}

export const answers: RequestListener = (_request, response) => void response.end('{"data":{"stock":1}}');
export const hangs: RequestListener = () => {};
export const resets: RequestListener = (request) => void request.socket.resetAndDestroy();
export const fails: RequestListener = (_request, response) =>
  void response.writeHead(500).end('{"errors":[]}');
export const masks: RequestListener = (_request, response) =>
  void response.end('{"data":null,"errors":[{"message":"x","extensions":{"code":"INTERNAL_SERVER_ERROR"}}]}');
export const refuses: RequestListener = (_request, response) =>
  void response.end('{"data":null,"errors":[{"message":"x","extensions":{"code":"OUT_OF_STOCK"}}]}');

export const reasonOf = (fault: unknown) => {
  expect(fault).toBeInstanceOf(PeerFault);
  const { cause } = fault as PeerFault;
  return cause instanceof UnansweredCall ? cause.reason : 'fault';
};

export const times = <Result>(count: number, run: () => Result): Result[] =>
  Array.from({ length: count }, run);

/** Asks until the breaker lets one through: at most some tens of milliseconds. */
export async function whenItMay(peer: Peer, signal = AbortSignal.timeout(20_000)): Promise<unknown> {
  for (;;) {
    const outcome = await peer.ask(mutation, { signal });
    const isHeldBack = outcome instanceof PeerFault && (outcome.cause as UnansweredCall).reason === 'open';
    if (!isHeldBack) return outcome;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
