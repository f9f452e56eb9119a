// What a federation test graph is: a few subgraphs about one behaviour, and questions with their whole answers. The files
// in graphs/ hold one each; graphs.test.ts asks all of them through a real gateway.
import type { SmallSubgraph } from '../gateway/small-graph.ts';

export interface Question {
  query: string;
  variables?: Readonly<Record<string, unknown>>;
  data: unknown;
  /** Of each error, in the order of their paths; none when left out. */
  errors?: readonly { path?: readonly (string | number)[]; code: string }[];
}

export interface FederationGraph {
  /** The behaviour, as a sentence that the tests go on with: "an entity with two keys …". */
  about: string;
  subgraphs: Readonly<Record<string, SmallSubgraph>>;
  questions: readonly Question[];
}
