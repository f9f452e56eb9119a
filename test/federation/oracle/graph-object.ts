// One object of the graph, as each subgraph knows it that has given it out. Nobody is asked before somebody wants to know.

export interface Held {
  /** The type that it is declared with there. */
  type: string;
  value: Lazy;
}

/** The same answer each time; the question is asked once. */
export type Lazy = () => Promise<unknown>;

export class Thing {
  readonly held: ReadonlyMap<string, Held>;
  /** References that have been followed: by subgraph, and by what it was told. */
  readonly followed = new Map<string, Promise<unknown>>();
  typename: Promise<string> | undefined;

  constructor(held: ReadonlyMap<string, Held>) {
    this.held = held;
  }
}

/** Nothing is there, and nobody did anything wrong: null, or the loss of what may not be null. */
export class Absence extends Error {
  override name = 'Absence';
}

export function lazy(ask: () => Promise<unknown>): Lazy {
  let asked: Promise<unknown> | undefined;
  return () => {
    asked ??= ask();
    return asked;
  };
}
