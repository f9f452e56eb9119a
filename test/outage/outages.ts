// A graph of two subgraphs: "shop" always works, and "stock" behaves as the test sets it, in memory or behind a real server.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'vitest';
import { gatewayCodes } from '../../gateway/errors.ts';
import type { Execute, Operation, SubgraphResponse } from '../../platform/calls/call.ts';
import type { EnvironmentSource } from '../../platform/process/variables.ts';
import { openSubgraphClient } from '../../platform/transport/subgraph-client.ts';
import { link, openSmallGraph, type SmallGraph } from '../gateway/small-graph.ts';
import { readHealth } from '../support/viewers.ts';

/** Three positions, two different orders. */
const orders = ['1', '2', '1'].map((id) => ({ id, title: `Order ${id}` }));

const shop = {
  sdl: `${link}type Query { orders: [Order] allOrders: [Order!]! shopName: String! }
    type Mutation { rename: String }
    type Order @key(fields: "id") { id: ID! title: String! }`,
  resolvers: {
    Query: { orders: () => orders, allOrders: () => orders, shopName: () => 'The shop' },
    Mutation: { rename: () => 'renamed' },
  },
};

const stockSdl = `${link}scalar Json
  type Query { tip: String mustTip: String! shelf: Shelf }
  type Mutation { refill: Int }
  type Shelf { id: ID! boxes: [Box!] tags: [String!]! kind: Kind about: Json }
  type Box { size: Int! }
  enum Kind { OPEN CLOSED }
  type Order @key(fields: "id") { id: ID! parcels: Int weight: Int! }`;

export type Listener = (request: IncomingMessage, response: ServerResponse, operation: Operation) => void;

/** How stock responds, in each of the two transports. */
export interface Behaviour {
  memory: Execute;
  http: Listener;
}

export type Transport = keyof Behaviour;
export const transports: readonly Transport[] = ['memory', 'http'];

export interface StockGraph extends SmallGraph {
  /** Sets how stock responds from now on. */
  setBehaviour: (behaviour: Behaviour) => void;
  /** The operations that stock received. */
  received: Operation[];
  ask: (query: string) => Promise<{ text: string; response: GraphResponse; ms: number }>;
  /** Reads what /health/ready reports about a subgraph. */
  health: (name?: string) => Promise<Record<string, unknown>>;
}

export interface GraphResponse {
  data: Record<string, unknown> | null;
  errors?: { message: string; path?: (string | number)[]; extensions: Record<string, unknown> }[];
  extensions?: unknown;
}

export async function openStockGraph(transport: Transport, env: EnvironmentSource = {}): Promise<StockGraph> {
  let conduct: Behaviour = respondWith({ data: {} });
  const received: Operation[] = [];
  const isUp = respondWith('{"data":{"__typename":"Query"}}');
  const chooseBehaviour = (operation: Operation): Behaviour => {
    // /health/ready sends this operation, which no test counts.
    if (operation.query === '{ __typename }') return isUp;
    received.push(operation);
    return conduct;
  };
  const server = await startStockServer((request, response, operation) =>
    chooseBehaviour(operation).http(request, response, operation),
  );
  const client = openSubgraphClient('stock', server.url, undefined, { maxResponseBytes: 100_000 });
  const memory: Execute = (operation, call) => chooseBehaviour(operation).memory(operation, call);
  const stock = { sdl: stockSdl, execute: transport === 'http' ? client.execute : memory };
  const graph = await openSmallGraph({ shop, stock }, env);
  return {
    ...graph,
    received,
    setBehaviour: (next) => {
      conduct = next;
    },
    ask: async (query) => {
      const started = performance.now();
      const text = await (await graph.post({ query })).text();
      return { text, response: JSON.parse(text), ms: performance.now() - started };
    },
    health: async (name = 'stock') => {
      const response = await readHealth(graph.url);
      const { dependencies } = (await response.json()) as { dependencies: Record<string, never> };
      const { up, breaker, running, queued } = dependencies[name] ?? ({} as Record<string, unknown>);
      return { up, breaker, running, queued };
    },
    close: async () => {
      await graph.close();
      await server.close();
      await client.close();
    },
  };
}

async function startStockServer(listener: Listener): Promise<{ url: string; close: () => Promise<void> }> {
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    listener(request, response, JSON.parse(text));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The same response in both transports. A text is sent as it is; in memory it is parsed. */
export function respondWith(response: unknown): Behaviour {
  const text = typeof response === 'string' ? response : JSON.stringify(response);
  return {
    memory: async () => JSON.parse(text) as SubgraphResponse,
    http: (_request, response) => void response.setHeader('content-type', 'application/json').end(text),
  };
}

/** Responds with one entity for each representation. */
export function respondWithEntities(entity: (representation: { id: string }) => unknown): Behaviour {
  const build = ({ variables = {} }: Operation) => {
    const representations = (variables.representations ?? []) as { id: string }[];
    return { data: { _entities: representations.map(entity) } } as SubgraphResponse;
  };
  return {
    memory: async (operation) => build(operation),
    http: (_request, response, operation) => void response.end(JSON.stringify(build(operation))),
  };
}

export const healthy = respondWithEntities(({ id }) => ({ parcels: Number(id), weight: 10 * Number(id) }));

const never = new Promise<never>(() => {});
export const neverResponds: Behaviour = { memory: () => never, http: () => {} };
export const resetsConnection: Behaviour = {
  memory: () => Promise.reject(new Error('read ECONNRESET 10.1.2.3:5432')),
  http: (request) => void request.socket.resetAndDestroy(),
};

/** Fails when a response tells a client where, how or in which subgraph something failed. */
export function expectNoLeak(text: string): void {
  expect(text).not.toMatch(/stock|127\.0|10\.1|\d{4,5}\b|http|ECONN|SELECT|secret|stack|serviceName|\.ts/i);
}

export function expectDocumentedCodes(codes: readonly unknown[]): void {
  for (const code of codes) expect(Object.keys(gatewayCodes)).toContain(code);
}
