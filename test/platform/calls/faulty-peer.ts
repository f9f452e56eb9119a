// The peer "products" for tests of resilience: a real HTTP server that hangs, fails or resets connections, and counts the
// requests that it receives.
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

/** Small limits, which a test reaches soon, and long durations for tests that are not about time. */
export const smallLimits: CallLimits = {
  maxRunning: 2,
  maxQueued: 2,
  attemptTimeoutMs: 5_000,
  maxRetries: 2,
  maxPauseMs: 5,
  maxFaults: 3,
  cooldownMs: 60_000,
};

const closers: (() => Promise<unknown>)[] = [];

/** Closes the servers of a test; to be called in afterEach. */
export async function closePeers(): Promise<void> {
  await Promise.all(closers.splice(0).map((close) => close()));
}

export interface Peer {
  peers: Peers;
  /** The number of requests that the server has received. */
  arrived: () => number;
  health: () => unknown;
  /** Replaces the listener of the server for the requests from now on. */
  behave: (listener: RequestListener) => void;
  /** Sets what a probe of the circuit breaker learns: whether the peer is ready. By default it is. */
  whenProbed: (probe: (signal: AbortSignal) => Promise<boolean>) => void;
  ask: (
    operation?: string,
    call?: { signal?: AbortSignal; deadline?: number; isIdempotent?: boolean },
  ) => Promise<unknown>;
}

/** Starts the peer "products" as a real server. */
export async function startPeer(listener: RequestListener, limits: Partial<CallLimits> = {}): Promise<Peer> {
  let behaviour = listener;
  let arrived = 0;
  const server = createServer((request, response) => {
    arrived += 1;
    request.resume();
    behaviour(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const client = openSubgraphClient('products', `http://127.0.0.1:${port}/graphql`, async () => 'token');
  closers.push(async () => {
    server.closeAllConnections();
    server.close();
    await client.close();
  });
  return {
    ...callPeer(client.execute, limits),
    arrived: () => arrived,
    behave: (next) => {
      behaviour = next;
    },
  };
}

/** The peer "products", called by any function. */
export function callPeer(
  execute: Execute,
  limits: Partial<CallLimits> = {},
): Pick<Peer, 'peers' | 'ask' | 'health' | 'whenProbed'> {
  let probe: (signal: AbortSignal) => Promise<boolean> = async () => true;
  const peers = openPeers(
    () => execute,
    { name: 'purchases', peers: ['products'] },
    { ...smallLimits, ...limits },
    async (_name, signal) => ({ isReady: await probe(signal), details: {} }),
  );
  return {
    whenProbed: (next) => {
      probe = next;
    },
    peers,
    health: () => peers.health().products,
    ask: (operation = mutation, call = {}) =>
      peers
        .callPeer('products', { query: operation }, { signal: AbortSignal.timeout(20_000), traceId, ...call })
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

export const getReason = (fault: unknown) => {
  expect(fault).toBeInstanceOf(PeerFault);
  const { cause } = fault as PeerFault;
  return cause instanceof UnansweredCall ? cause.reason : 'fault';
};

export const times = <Result>(count: number, run: () => Result): Result[] =>
  Array.from({ length: count }, run);

/** Repeats a call until the circuit breaker lets one through, which takes some tens of milliseconds at most. */
export async function askOnceAllowed(peer: Peer, signal = AbortSignal.timeout(20_000)): Promise<unknown> {
  for (;;) {
    const outcome = await peer.ask(mutation, { signal });
    const isRefusedByBreaker =
      outcome instanceof PeerFault && (outcome.cause as UnansweredCall).reason === 'open';
    if (!isRefusedByBreaker) return outcome;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
