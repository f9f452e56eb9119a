// Compiles one operation into functions, once: a function for each field calls the resolver and completes its result by the type
// of the field. The response is the one that graphql-js gives, with the same errors at the same paths. No code is generated, so
// that a name in a schema or an operation cannot become code.
import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type OperationDefinitionNode,
  OperationTypeNode,
} from 'graphql';
import { collectFields, collectSubfields } from 'graphql/execution/collectFields.js';
import { buildAbstractCompleter } from './abstract.ts';
import {
  buildListCompleter,
  buildObjectCompleter,
  buildPositionCompleter,
  buildSelectionSet,
  buildSerialSelectionSet,
  type CompiledField,
  type CompleteValue,
  type ErrorContext,
  type ExecuteField,
  type ExecuteSelectionSet,
} from './complete-value.ts';
import { buildField, type OnMissingProperty } from './field.ts';
import { buildLeafCompleter, getPlainKind } from './leaf.ts';

/** Why graphql-js executes an operation itself. */
export type FallbackReason =
  | 'introspection'
  | 'subscription'
  | 'no such operation'
  | 'a condition is null'
  | 'too many conditions'
  | 'too large';

export class NotCompiled extends Error {
  readonly reason: FallbackReason;
  constructor(reason: FallbackReason) {
    super(reason);
    this.reason = reason;
  }
}

export type Fragments = Readonly<Record<string, FragmentDefinitionNode>>;
type Nodes = readonly [FieldNode, ...FieldNode[]];

export interface OperationParts {
  schema: GraphQLSchema;
  operation: OperationDefinitionNode;
  fragments: Fragments;
  /** Values of the variables in @skip and @include. */
  conditions: Readonly<Record<string, boolean>>;
  /** Number of fields that may still be compiled. All variants of a document share it. */
  budget: { fields: number };
  onMissingProperty?: OnMissingProperty | undefined;
}

/** Maximum nesting of compiled functions, so that the stack cannot overflow. */
const maxDepth = 100;

/** Throws NotCompiled. */
export function compileOperation(parts: OperationParts): ExecuteSelectionSet {
  return new OperationCompiler(parts).compile();
}

class OperationCompiler {
  readonly #parts: OperationParts;
  /** By object type and selected nodes: a fragment that is spread in many places is compiled once. */
  readonly #objectCompleters = new Map<string, CompleteValue>();
  readonly #nodeNumbers = new Map<FieldNode, number>();
  #depth = 0;

  constructor(parts: OperationParts) {
    this.#parts = parts;
  }

  compile(): ExecuteSelectionSet {
    const { schema, operation, fragments, conditions } = this.#parts;
    const type = schema.getRootType(operation.operation);
    if (!type) throw new NotCompiled('no such operation');
    if (operation.operation === OperationTypeNode.SUBSCRIPTION) throw new NotCompiled('subscription');
    const found = collectFields(schema, fragments, conditions, type, operation.selectionSet);
    const fields = this.#compileFields(type, found);
    return operation.operation === OperationTypeNode.MUTATION
      ? buildSerialSelectionSet(fields)
      : buildSelectionSet(fields);
  }

  #compileFields(type: GraphQLObjectType, found: ReadonlyMap<string, readonly FieldNode[]>): CompiledField[] {
    return [...found].map(([key, nodes]) => ({
      key,
      execute: this.#compileField(type, key, nodes as Nodes),
    }));
  }

  #compileField(parentType: GraphQLObjectType, key: string, nodes: Nodes): ExecuteField {
    const { budget } = this.#parts;
    budget.fields -= 1;
    if (budget.fields < 0 || this.#depth > maxDepth) throw new NotCompiled('too large');
    const name = nodes[0].name.value;
    if (name === '__typename') return () => parentType.name;
    const definition = parentType.getFields()[name];
    if (definition === undefined) throw new NotCompiled('introspection');
    const { type } = definition;
    const errorContext: ErrorContext = { name: `${parentType.name}.${name}`, nodes };
    return buildField({
      key,
      parentType,
      definition,
      nodes,
      document: this.#parts,
      isNonNull: isNonNullType(type),
      complete: this.#positionCompleter(type, errorContext),
      needsInfo: needsTypeName(type),
      plainKind: getPlainKind(type),
      onMissingProperty: this.#parts.onMissingProperty,
    });
  }

  #positionCompleter(type: GraphQLOutputType, errorContext: ErrorContext): CompleteValue {
    return buildPositionCompleter(
      this.#presentCompleter(getNullableType(type), errorContext),
      errorContext,
      isNonNullType(type),
    );
  }

  /** Completes values that are not null. */
  #presentCompleter(type: GraphQLOutputType, errorContext: ErrorContext): CompleteValue {
    if (isListType(type))
      return buildListCompleter(this.#positionCompleter(type.ofType, errorContext), errorContext);
    if (isLeafType(type)) return buildLeafCompleter(type);
    if (isObjectType(type)) return this.#objectCompleter(type, errorContext);
    if (!isAbstractType(type)) throw new Error('non-null types cannot be nested');
    const { schema } = this.#parts;
    const types = schema.getPossibleTypes(type);
    return buildAbstractCompleter(
      schema,
      type,
      new Map(types.map((possible) => [possible.name, this.#objectCompleter(possible, errorContext)])),
      errorContext,
    );
  }

  #objectCompleter(type: GraphQLObjectType, errorContext: ErrorContext): CompleteValue {
    const key = `${type.name} ${errorContext.nodes.map((node) => this.#getNumber(node)).join(' ')}`;
    let complete = this.#objectCompleters.get(key);
    if (complete === undefined) {
      this.#depth += 1;
      const { schema, fragments, conditions } = this.#parts;
      const found = collectSubfields(schema, fragments, conditions, type, errorContext.nodes);
      complete = buildObjectCompleter(
        type,
        buildSelectionSet(this.#compileFields(type, found)),
        errorContext,
      );
      this.#depth -= 1;
      this.#objectCompleters.set(key, complete);
    }
    return complete;
  }

  #getNumber(node: FieldNode): number {
    let number = this.#nodeNumbers.get(node);
    if (number === undefined) {
      number = this.#nodeNumbers.size;
      this.#nodeNumbers.set(node, number);
    }
    return number;
  }
}

/** True when a function of the schema finds the object type of a value. Such functions receive the info of the field. */
function needsTypeName(type: GraphQLOutputType): boolean {
  const named = getNamedType(type);
  return (
    isAbstractType(named) || (isObjectType(named) && named.isTypeOf !== undefined && named.isTypeOf !== null)
  );
}
