// What a federation test graph is: a few subgraphs about one behaviour, and questions with their whole answers. The files
// in graphs/ hold one each; graphs.test.ts asks all of them through a real gateway, merge-property.test.ts makes up more.
import type { SmallSubgraph } from '../gateway/small-graph.ts';

export interface Question {
  query: string;
  variables?: Readonly<Record<string, unknown>>;
  /** Fields in the order of the question. Undefined where the question is refused before anything runs. */
  data: unknown;
  /** Of each error, in the order of their paths; none when left out. */
  errors?: readonly { path?: readonly (string | number)[]; code: string }[];
  /** The subgraphs that the gateway asks for it, by name in alphabetical order; anything goes when left out. */
  asks?: readonly string[];
}

export interface FederationGraph {
  /** The behaviour, as a sentence that the tests go on with: "an entity with two keys …". */
  about: string;
  subgraphs: Readonly<Record<string, SmallSubgraph>>;
  questions: readonly Question[];
  /** Values of arguments, by their name, for questions that are made up: any other would find nothing. */
  samples?: Readonly<Record<string, readonly unknown[]>>;
  /** Fields that are not asked for in such questions: their values depend on how they are fetched. */
  unsteady?: readonly string[];
  /** Of a graph with state: begins it anew. */
  reset?: () => void;
}

type Row = Readonly<Record<string, unknown>>;

/**
 * A resolver of entity references over rows: the first row that has what the reference says of the keys named, null for
 * none. A key inside an object is written with dots: `org.id`. Each answer is a copy: the library marks what it returns.
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
