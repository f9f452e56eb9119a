// What a test sees of a whole graph: world.ts opens one. The tests of a subgraph state what they write into it: about.ts.
import type { Subgraph } from '../../platform/subgraph/subgraph.ts';
import type { StartedProcesses } from './processes.ts';

// biome-ignore lint/suspicious/noExplicitAny: a response has the shape of its query
export type Data = Record<string, any>;

export interface Session {
  token: string;
  accountId: string;
}

export interface GraphResponse {
  status: number;
  data?: Data | null;
  extensions?: Data;
  errors?: { message: string; path?: (string | number)[]; extensions: Data }[];
}

export interface World {
  url: () => string;
  /** Sends one POST to the gateway, as a front-end would. */
  graphql: (query: string, variables?: Data, session?: Session) => Promise<GraphResponse>;
  /** The data of the response; the test fails when the response has errors. */
  data: (query: string, variables?: Data, session?: Session) => Promise<Data>;
  /** The code of the first error; the test fails when there is none. */
  refusal: (query: string, variables?: Data, session?: Session) => Promise<string>;
  /** Creates a customer and signs in. */
  customer: () => Promise<Session>;
  staff: () => Promise<Session>;
  /** Creates a product on sale, and returns its id. */
  product: (fields?: { price?: string; currency?: string; stock?: number; name?: string }) => Promise<string>;
  /** Runs SQL on one subgraph's database, as its owner: to prove a result, not to arrange a test. */
  sql: (subgraph: string, text: string, params?: unknown[]) => Promise<Data[]>;
  /** The open subgraphs; empty unless all run in one process. */
  subgraphs: () => ReadonlyMap<string, Subgraph>;
  /** The running processes, which a test may stop or freeze; throws in a world of one process. */
  started: () => StartedProcesses;
}
