// What a federation test graph is: a few subgraphs about one behaviour, and questions with their whole responses. Each file in
// graphs/ exports one. graphs.test.ts executes the questions; compiled-plans.test.ts and merge-property.test.ts generate more.
import type { SmallSubgraph } from '../gateway/small-graph.ts';

export interface Question {
  query: string;
  variables?: Readonly<Record<string, unknown>>;
  /** The data, with the fields in the order of the question. Undefined when the gateway refuses the question. */
  data: unknown;
  /** The errors in the order of their paths. None when left out. */
  errors?: readonly { path?: readonly (string | number)[]; code: string }[];
  /** The subgraphs that the gateway calls, in alphabetical order. Not compared when left out. */
  asks?: readonly string[];
}

export interface FederationGraph {
  /** The behaviour, in words that continue the name of the file: "an entity with two keys …". */
  about: string;
  subgraphs: Readonly<Record<string, SmallSubgraph>>;
  questions: readonly Question[];
  /** Values of arguments, by the name of the argument, for generated operations: any other value would find nothing. */
  samples?: Readonly<Record<string, readonly unknown[]>>;
  /** Fields that generated operations do not select, because their values depend on the plan. */
  unsteady?: readonly string[];
  /** Resets the state of a graph that has state. */
  reset?: () => void;
}

type Row = Readonly<Record<string, unknown>>;

/**
 * A resolver of entity references over rows: it returns the first row with the reference's values of the named keys, or null. A
 * key inside an object is written with dots: `org.id`. Each returned row is a copy, because the library writes into it.
 */
export function byKey(rows: readonly Row[], ...keys: string[]) {
  return (reference: Row): Row | null => {
    const known = keys.filter((key) => at(reference, key) !== undefined);
    const found = rows.find((row) => known.every((key) => at(row, key) === at(reference, key)));
    return known.length === 0 || found === undefined ? null : { ...found };
  };
}

function at(row: unknown, key: string): unknown {
  return key.split('.').reduce((value, part) => (value as Row | undefined)?.[part], row);
}
