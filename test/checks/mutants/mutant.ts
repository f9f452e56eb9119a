// A mutant: one change of one subgraph, made in a copy of the project. A defect must be reported; a harmless one must not.

export const layers = ['composition', 'schema check', 'provider contract'] as const;
export type Layer = (typeof layers)[number];

export interface Mutant {
  /** What is wrong with the subgraph, as the table of the report says it. */
  defect: string;
  subgraph: string;
  patches: readonly Patch[];
  /** The layers that report it, and no other does. None: it is harmless. */
  caughtBy: readonly Layer[];
}

/** A file of the subgraph's folder, text that occurs in it once, and the text that replaces it. */
export type Patch = readonly [file: string, text: string, instead: string];
