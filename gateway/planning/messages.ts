// What the gateway (planner-thread.ts) and the code inside a planner thread (thread-entry.ts) send to each other.

/** A supergraph that operations are planned on. */
export interface PlannedGraph {
  id: number;
  sdl: string;
}

/** An operation as text, because a document would cross to the thread as a much larger copy. */
export interface PlannedText {
  text: string;
  operationName: string | undefined;
}

/** A thread does its tasks in the order in which they arrive. */
export type PlannerTask =
  | ({ kind: 'build' } & PlannedGraph)
  | { kind: 'forget'; id: number }
  | ({ kind: 'plan'; graphId: number } & PlannedText);

export type PlannerReport =
  /** The planner of a supergraph is built. */
  | { kind: 'built'; threadId: number | undefined }
  /** The planning of an operation begins. `cpuMs` is what the thread has used so far, `heapBytes` what it holds. */
  | { kind: 'started'; cpuMs: number; heapBytes: number }
  /** The plan is JSON. */
  | { kind: 'planned'; plan: string }
  /** The planner ran into a limit of the language: a stack that is too deep, a list that is too long. */
  | { kind: 'exhausted' }
  | { kind: 'failed'; message: string; stack: string | undefined; isRefusal: boolean };
