// An object of the graph, as each subgraph that returned it knows it. A subgraph is called only when a value of it is read.

export interface SubgraphObject {
  /** The type of the field that returned the object in this subgraph. */
  type: string;
  value: LazyValue;
}

/** Computes a value at the first call, and returns the same value at each call. */
export type LazyValue = () => Promise<unknown>;

export class GraphObject {
  readonly bySubgraph: ReadonlyMap<string, SubgraphObject>;
  /** Resolved references, by subgraph, type and required fields. */
  readonly references = new Map<string, Promise<unknown>>();
  typename: Promise<string> | undefined;

  constructor(bySubgraph: ReadonlyMap<string, SubgraphObject>) {
    this.bySubgraph = bySubgraph;
  }
}

/** The object does not exist, and no subgraph failed: the value is null, and an object around it may become null. */
export class MissingObject extends Error {
  override name = 'MissingObject';
}

export function createLazy(compute: () => Promise<unknown>): LazyValue {
  let value: Promise<unknown> | undefined;
  return () => {
    value ??= compute();
    return value;
  };
}
