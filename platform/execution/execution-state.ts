// One execution: what is the same for all its fields, and the errors found so far.
import { type FieldNode, type GraphQLError, type GraphQLResolveInfo, locatedError } from 'graphql';

export type Path = GraphQLResolveInfo['path'];

export class Run {
  readonly context: unknown;
  /** Coerced. */
  readonly variables: Record<string, unknown>;
  readonly errors: GraphQLError[] = [];
  readonly #nulled = new Set<Path | undefined>();

  constructor(context: unknown, variables: Record<string, unknown>) {
    this.context = context;
    this.variables = variables;
  }

  /** Nothing is said of what stands in a place that is null because of another error. */
  note(error: GraphQLError, path: Path | undefined): void {
    for (let place = path; place !== undefined; place = place.prev) if (this.#nulled.has(place)) return;
    if (this.#nulled.has(undefined)) return;
    this.#nulled.add(path);
    this.errors.push(error);
  }

  /** Null for a place that may be null; otherwise the parent fails with it. */
  failed(cause: unknown, nodes: readonly FieldNode[], path: Path, isNonNull: boolean): null {
    const error = locatedError(cause, nodes, keysOf(path));
    if (isNonNull) throw error;
    this.note(error, path);
    return null;
  }
}

function keysOf(path: Path): (string | number)[] {
  const keys: (string | number)[] = [];
  for (let place: Path | undefined = path; place !== undefined; place = place.prev) keys.push(place.key);
  return keys.reverse();
}
