// The interface between all parts of the graph: one GraphQL operation, executed on behalf of a viewer.
// A subgraph implements it. The gateway and other subgraphs call it in memory or over HTTP, and need not know which of the two.
import type { Viewer } from '../identity/viewer.ts';

export interface Operation {
  query: string;
  operationName?: string | undefined;
  variables?: Readonly<Record<string, unknown>> | undefined;
}

/** What accompanies an operation: values in memory, a signed token and headers over HTTP. */
export interface Call {
  viewer: Viewer;
  /** Aborts at the deadline, or when the caller has gone. */
  signal: AbortSignal;
  /** When the caller stops waiting, in epoch milliseconds. Each process passes it on, so that none works for longer than that. */
  deadline?: number | undefined;
  /** 32 hexadecimal digits (W3C Trace Context), the same in every subgraph for one request of a client. */
  traceId: string;
  /** The client's IP address: see identity/client-address.ts. Undefined when no client caused the call. */
  address?: string | undefined;
  /** The client's headers that an operator forwards to foreign subgraphs: see FORWARD_HEADERS. */
  headers?: Readonly<Record<string, string>> | undefined;
  /** True when no field of the operation can have a number that needs an ExactNumber: then the response is not searched for one. */
  hasPlainNumbers?: boolean | undefined;
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

/** Resolves when the operation was executed: refusals and faults are in `errors`. Rejects when the subgraph did not respond. */
export type Execute = (operation: Operation, call: Call) => Promise<SubgraphResponse>;

/** Judges by the text alone. A document that may contain a mutation beside the query counts as no query. */
export function isQuery(text: string): boolean {
  return /^\s*(query\b|\{)/.test(text) && !/\bmutation\b/.test(text);
}
