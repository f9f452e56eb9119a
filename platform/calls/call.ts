// The port that everything meets at: one GraphQL operation, run on behalf of a viewer.
// A subgraph implements it; the gateway and other subgraphs call it, in memory or over HTTP, and cannot tell which.
import type { Viewer } from '../identity/viewer.ts';

export interface Operation {
  query: string;
  operationName?: string | undefined;
  variables?: Readonly<Record<string, unknown>> | undefined;
}

/** What travels with an operation: as values in memory, as signed token and headers over HTTP. */
export interface Call {
  viewer: Viewer;
  /** Aborts at the deadline, or when whoever asked went away. */
  signal: AbortSignal;
  /** When whoever asked stops waiting, in epoch milliseconds. Passed on, so that no one works longer than that. */
  deadline?: number | undefined;
  /** 32 hexadecimal digits (W3C Trace Context): one per client request, the same in every subgraph. */
  traceId: string;
  /** The client's IP address: see identity/client-address.ts. Undefined where no client is behind the call. */
  address?: string | undefined;
  /** The client's headers that an operator forwards to subgraphs which are not ours: see FORWARD_HEADERS. */
  headers?: Readonly<Record<string, string>> | undefined;
}

export interface ResponseError {
  message: string;
  path?: readonly (string | number)[] | undefined;
  extensions?: Readonly<Record<string, unknown>> | undefined;
}

export interface SubgraphResponse {
  data?: Record<string, unknown> | null | undefined;
  errors?: readonly ResponseError[] | undefined;
}

/** Never rejects for what the operation did: refusals and faults are in `errors`. Rejects when nothing answered. */
export type Execute = (operation: Operation, call: Call) => Promise<SubgraphResponse>;

/** By its text. One that only might hold a mutation beside the query is taken for none. */
export function isQuery(text: string): boolean {
  return /^\s*(query\b|\{)/.test(text) && !/\bmutation\b/.test(text);
}
