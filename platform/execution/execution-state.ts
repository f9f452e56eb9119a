// The state of one execution: its context, its variables, and the errors so far. It decides where an error makes the response null.
import { type FieldNode, type GraphQLError, type GraphQLResolveInfo, locatedError } from 'graphql';

export type InfoPath = GraphQLResolveInfo['path'];

export class ExecutionState {
  readonly context: unknown;
  /** The coerced variables. */
  readonly variables: Record<string, unknown>;
  readonly errors: GraphQLError[] = [];
  readonly #nullPaths = new Set<InfoPath | undefined>();

  constructor(context: unknown, variables: Record<string, unknown>) {
    this.context = context;
    this.variables = variables;
  }

  /** Ignores an error at or below a path that is null because of another error. */
  addError(error: GraphQLError, path: InfoPath | undefined): void {
    for (let parent = path; parent !== undefined; parent = parent.prev)
      if (this.#nullPaths.has(parent)) return;
    if (this.#nullPaths.has(undefined)) return;
    this.#nullPaths.add(path);
    this.errors.push(error);
  }

  /** Adds the error and returns null for a nullable position. Throws the error for a non-null position, so that its parent fails. */
  handleFieldError(cause: unknown, nodes: readonly FieldNode[], path: InfoPath, isNonNull: boolean): null {
    const error = locatedError(cause, nodes, toKeys(path));
    if (isNonNull) throw error;
    this.addError(error, path);
    return null;
  }
}

function toKeys(path: InfoPath): (string | number)[] {
  const keys: (string | number)[] = [];
  for (let parent: InfoPath | undefined = path; parent !== undefined; parent = parent.prev)
    keys.push(parent.key);
  return keys.reverse();
}
