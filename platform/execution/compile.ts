// One operation as functions, made once: a function a field, which calls its resolver and completes what it returned by the
// field's type. They answer what graphql-js's own execution answers, errors and their places included. No code is generated:
// a name in a schema or an operation is never more than a name.
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
import { abstractOf } from './abstract.ts';
import {
  type Complete,
  checkedObject,
  type Execute,
  type Field,
  listOf,
  objectInOrder,
  objectOf,
  placeOf,
  type Site,
} from './complete-value.ts';
import { fieldOf } from './field.ts';
import { plainKindOf, serializer } from './leaf.ts';

/** Why graphql-js has to execute an operation itself. */
export type Reason =
  | 'introspection'
  | 'subscription'
  | 'no such operation'
  | 'a condition is null'
  | 'too many conditions'
  | 'too large';

export class NotCompiled extends Error {
  readonly reason: Reason;
  constructor(reason: Reason) {
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
  /** The variables of @skip and @include. */
  conditions: Readonly<Record<string, boolean>>;
  /** Of fields that may still be made. */
  budget: { fields: number };
}

/** So deep the functions call each other at most: a stack ends somewhere. */
const deepest = 100;

/** Throws NotCompiled. */
export function compileOperation(parts: OperationParts): Execute {
  return new OperationCompiler(parts).root();
}

class OperationCompiler {
  readonly #parts: OperationParts;
  /** Of a type with what is selected: the same fragment in many places is made once. */
  readonly #objects = new Map<string, Complete>();
  readonly #numbers = new Map<FieldNode, number>();
  #depth = 0;

  constructor(parts: OperationParts) {
    this.#parts = parts;
  }

  root(): Execute {
    const { schema, operation, fragments, conditions } = this.#parts;
    const type = schema.getRootType(operation.operation);
    if (!type) throw new NotCompiled('no such operation');
    if (operation.operation === OperationTypeNode.SUBSCRIPTION) throw new NotCompiled('subscription');
    const found = collectFields(schema, fragments, conditions, type, operation.selectionSet);
    const fields = this.#fields(type, found);
    return operation.operation === OperationTypeNode.MUTATION ? objectInOrder(fields) : objectOf(fields);
  }

  #fields(type: GraphQLObjectType, found: ReadonlyMap<string, readonly FieldNode[]>): Field[] {
    return [...found].map(([key, nodes]) => ({ key, execute: this.#field(type, key, nodes as Nodes) }));
  }

  #field(parentType: GraphQLObjectType, key: string, nodes: Nodes): Execute {
    const { budget } = this.#parts;
    budget.fields -= 1;
    if (budget.fields < 0 || this.#depth > deepest) throw new NotCompiled('too large');
    const name = nodes[0].name.value;
    if (name === '__typename') return () => parentType.name;
    const definition = parentType.getFields()[name];
    if (definition === undefined) throw new NotCompiled('introspection');
    const { type } = definition;
    const site: Site = { name: `${parentType.name}.${name}`, nodes };
    return fieldOf({
      key,
      parentType,
      definition,
      nodes,
      document: this.#parts,
      isNonNull: isNonNullType(type),
      place: this.#place(type, site),
      needsInfo: asksTypes(type),
      plainKind: plainKindOf(type),
    });
  }

  #place(type: GraphQLOutputType, site: Site): Complete {
    return placeOf(this.#present(getNullableType(type), site), site, isNonNullType(type));
  }

  /** Of a value that is not null. */
  #present(type: GraphQLOutputType, site: Site): Complete {
    if (isListType(type)) return listOf(this.#place(type.ofType, site), site);
    if (isLeafType(type)) return serializer(type);
    if (isObjectType(type)) return this.#object(type, site);
    if (!isAbstractType(type)) throw new Error('a value may not be null twice');
    const { schema } = this.#parts;
    const types = schema.getPossibleTypes(type);
    return abstractOf(schema, type, new Map(types.map((one) => [one.name, this.#object(one, site)])), site);
  }

  #object(type: GraphQLObjectType, site: Site): Complete {
    const key = `${type.name} ${site.nodes.map((node) => this.#numberOf(node)).join(' ')}`;
    let complete = this.#objects.get(key);
    if (complete === undefined) {
      this.#depth += 1;
      const { schema, fragments, conditions } = this.#parts;
      const found = collectSubfields(schema, fragments, conditions, type, site.nodes);
      complete = checkedObject(type, objectOf(this.#fields(type, found)), site);
      this.#depth -= 1;
      this.#objects.set(key, complete);
    }
    return complete;
  }

  #numberOf(node: FieldNode): number {
    let number = this.#numbers.get(node);
    if (number === undefined) {
      number = this.#numbers.size;
      this.#numbers.set(node, number);
    }
    return number;
  }
}

/** Whether a value of it has to say which type it is of: such functions are given the info of the field. */
function asksTypes(type: GraphQLOutputType): boolean {
  const named = getNamedType(type);
  return (
    isAbstractType(named) || (isObjectType(named) && named.isTypeOf !== undefined && named.isTypeOf !== null)
  );
}
