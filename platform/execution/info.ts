// The info object of a resolver. Each call of a resolver creates one, and few resolvers read it: it stores only what differs from
// call to call, and reads the rest on demand.
import type { FieldNode, GraphQLField, GraphQLObjectType, GraphQLResolveInfo } from 'graphql';
import type { ExecutionState, InfoPath } from './execution-state.ts';

/** The parts that are the same in every call. */
export interface InfoParts {
  definition: GraphQLField<unknown, unknown>;
  nodes: readonly FieldNode[];
  parentType: GraphQLObjectType;
  document: Pick<GraphQLResolveInfo, 'schema' | 'fragments' | 'operation'>;
}

/** The properties that graphql-js sets. Other packages may declare more of them, which only their own executors set. */
type InfoKey =
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

export function createInfo(parts: InfoParts, state: ExecutionState, path: InfoPath): GraphQLResolveInfo {
  return new Info(parts, state, path) as Pick<GraphQLResolveInfo, InfoKey> as GraphQLResolveInfo;
}

class Info implements Pick<GraphQLResolveInfo, InfoKey> {
  readonly path: InfoPath;
  readonly #parts: InfoParts;
  readonly #state: ExecutionState;

  constructor(parts: InfoParts, state: ExecutionState, path: InfoPath) {
    this.path = path;
    this.#parts = parts;
    this.#state = state;
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
    return this.#state.variables;
  }
}
