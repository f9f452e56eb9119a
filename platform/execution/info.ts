// What a resolver is told of where it stands. Few look, and it is made for each call: so it holds what differs from call to
// call, and looks up the rest when it is asked for.
import type { FieldNode, GraphQLField, GraphQLObjectType, GraphQLResolveInfo } from 'graphql';
import type { Path, Run } from './execution-state.ts';

/** What is the same in every call. */
export interface InfoParts {
  definition: GraphQLField<unknown, unknown>;
  nodes: readonly FieldNode[];
  parentType: GraphQLObjectType;
  document: Pick<GraphQLResolveInfo, 'schema' | 'fragments' | 'operation'>;
}

/** All that graphql-js has in it: other packages may declare more, which only their own executors give. */
type Told =
  | 'fieldName'
  | 'fieldNodes'
  | 'returnType'
  | 'parentType'
  | 'path'
  | 'schema'
  | 'fragments'
  | 'rootValue'
  | 'operation'
  | 'variableValues';

export function infoOf(parts: InfoParts, run: Run, path: Path): GraphQLResolveInfo {
  return new Info(parts, run, path) as Pick<GraphQLResolveInfo, Told> as GraphQLResolveInfo;
}

class Info implements Pick<GraphQLResolveInfo, Told> {
  readonly path: Path;
  readonly #parts: InfoParts;
  readonly #run: Run;

  constructor(parts: InfoParts, run: Run, path: Path) {
    this.path = path;
    this.#parts = parts;
    this.#run = run;
  }

  get fieldName() {
    return this.#parts.definition.name;
  }
  get fieldNodes() {
    return this.#parts.nodes;
  }
  get returnType() {
    return this.#parts.definition.type;
  }
  get parentType() {
    return this.#parts.parentType;
  }
  get schema() {
    return this.#parts.document.schema;
  }
  get fragments() {
    return this.#parts.document.fragments;
  }
  get operation() {
    return this.#parts.document.operation;
  }
  get rootValue() {
    return undefined;
  }
  get variableValues() {
    return this.#run.variables;
  }
}
