// Checks that a response has the shape that its operation and the composed schema promise: every selected field is there, of
// its type, and null only where the schema allows it. gateway/fetch/value-check.ts asks the same of each response at run time and
// stays apart: it is compiled once for an operation, accepts whatever the gateway can still merge, and replaces the rest by null.
// This check reports each problem in words and accepts nothing else. Both share fragments, type conditions and leaf values.
import {
  type DocumentNode,
  type GraphQLCompositeType,
  GraphQLIncludeDirective,
  type GraphQLInterfaceType,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getDirectiveValues,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { isOfType } from '../../gateway/execute/representation.ts';
import { getLeafCheck } from '../../gateway/fetch/leaf-values.ts';
import { type Fragments, indexFragments } from '../../gateway/fragments.ts';
import { getOperation } from '../operations.ts';

/** A type with fields. An interface is one as well, because a subgraph may know it as an object (@interfaceObject). */
type FieldsType = GraphQLObjectType | GraphQLInterfaceType;

interface Shape {
  schema: GraphQLSchema;
  fragments: Fragments;
  variables: Readonly<Record<string, unknown>>;
  problems: string[];
}

export interface ShapeOptions {
  /** The composed schema, inaccessible elements included. */
  schema: GraphQLSchema;
  document: DocumentNode;
  variables: Readonly<Record<string, unknown>>;
  data: Readonly<Record<string, unknown>>;
  /** The type of each requested entity, in the order of `_entities`. */
  entityTypes: readonly string[];
}

/** One line for each problem of the response's data: `path: problem`. */
export function findShapeProblems({
  schema,
  document,
  variables,
  data,
  entityTypes,
}: ShapeOptions): string[] {
  const shape: Shape = { schema, variables, problems: [], fragments: indexFragments(document) };
  const operation = getOperation(document);
  const root = schema.getRootType(operation.operation);
  for (const { key, node } of collectFields(shape, operation.selectionSet, root ?? undefined)) {
    if (node.name.value === '_entities') {
      checkEntities(shape, node.selectionSet, data[key], entityTypes);
    } else if (root) {
      checkField(shape, root, node, key, data, key);
    }
  }
  return shape.problems;
}

function checkEntities(
  shape: Shape,
  selectionSet: SelectionSetNode | undefined,
  entities: unknown,
  types: readonly string[],
): void {
  if (!Array.isArray(entities)) {
    shape.problems.push('_entities: is not a list');
    return;
  }
  if (entities.length !== types.length)
    shape.problems.push(`_entities: holds ${entities.length} for ${types.length} representations`);
  for (const [index, entity] of entities.entries()) {
    // The entity does not exist, or the viewer may not see it. replay-entities.ts decides whether null is right.
    if (entity === null) continue;
    const type = shape.schema.getType(types[index] ?? '');
    if (selectionSet !== undefined && (isObjectType(type) || isInterfaceType(type)))
      checkObject(shape, type, selectionSet, entity, `_entities.${index}`);
  }
}

function checkObject(
  shape: Shape,
  type: GraphQLCompositeType,
  selectionSet: SelectionSetNode,
  value: unknown,
  path: string,
): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    shape.problems.push(`${path}: is not an object`);
    return;
  }
  const object = value as Record<string, unknown>;
  const runtime = findRuntimeType(shape, type, object);
  if (runtime === undefined) {
    shape.problems.push(
      `${path}: __typename ${JSON.stringify(object.__typename)} is not of type ${type.name}`,
    );
    return;
  }
  for (const { key, node } of collectFields(shape, selectionSet, runtime))
    checkField(shape, runtime, node, key, object, `${path}.${key}`);
}

type Field = ReturnType<typeof collectFields>[number];

function checkField(
  shape: Shape,
  type: FieldsType,
  node: Field['node'],
  key: string,
  object: Readonly<Record<string, unknown>>,
  path: string,
): void {
  if (!Object.hasOwn(object, key)) {
    shape.problems.push(`${path}: is missing`);
    return;
  }
  const value = object[key];
  if (node.name.value === '__typename') {
    if (value !== type.name) shape.problems.push(`${path}: is ${JSON.stringify(value)}, not "${type.name}"`);
    return;
  }
  const field = type.getFields()[node.name.value];
  if (field === undefined) shape.problems.push(`${path}: the composed schema has no such field`);
  else checkValue(shape, field.type, node.selectionSet, value, path);
}

function checkValue(
  shape: Shape,
  type: GraphQLOutputType,
  selectionSet: SelectionSetNode | undefined,
  value: unknown,
  path: string,
): void {
  if (value === null) {
    if (isNonNullType(type)) shape.problems.push(`${path}: is null, and its type is ${type}`);
    return;
  }
  if (isNonNullType(type)) {
    checkValue(shape, type.ofType, selectionSet, value, path);
  } else if (isListType(type)) {
    if (!Array.isArray(value)) shape.problems.push(`${path}: is not a list`);
    else
      for (const [index, item] of value.entries())
        checkValue(shape, type.ofType, selectionSet, item, `${path}.${index}`);
  } else if (isLeafType(type)) {
    if (!isLeafValue(type, value))
      shape.problems.push(`${path}: ${JSON.stringify(value)} is not of type ${type}`);
  } else if (selectionSet !== undefined) {
    checkObject(shape, type, selectionSet, value, path);
  }
}

/** The gateway accepts any integer for an Int; a subgraph may promise 32 bits only. */
function isLeafValue(type: GraphQLLeafType, value: unknown): boolean {
  if (!getLeafCheck(type)(value)) return false;
  return type.name !== 'Int' || (Number(value) >= -(2 ** 31) && Number(value) < 2 ** 31);
}

function findRuntimeType(
  { schema }: Shape,
  type: GraphQLCompositeType,
  { __typename: name }: Readonly<Record<string, unknown>>,
): FieldsType | undefined {
  if (isObjectType(type)) return type;
  // A subgraph with an @interfaceObject answers the interface's own name, or none when the selection does not ask for it.
  if (isInterfaceType(type) && (name === undefined || name === type.name)) return type;
  const named = typeof name === 'string' ? schema.getType(name) : undefined;
  return isObjectType(named) && schema.isSubType(type, named) ? named : undefined;
}

/**
 * The fields that apply to a type, with fragments followed and @skip and @include evaluated. A response key that is selected twice
 * is listed twice.
 */
function collectFields(shape: Shape, { selections }: SelectionSetNode, type: FieldsType | undefined) {
  return selections.flatMap((node): { key: string; node: Extract<SelectionNode, { kind: 'Field' }> }[] => {
    if (!isIncluded(shape, node)) return [];
    if (node.kind === Kind.FIELD) return [{ key: node.alias?.value ?? node.name.value, node }];
    const fragment = node.kind === Kind.FRAGMENT_SPREAD ? shape.fragments.get(node.name.value) : node;
    if (fragment === undefined) return [];
    const condition = fragment.typeCondition?.name.value;
    if (condition !== undefined && type !== undefined && !isOfType(shape.schema, type.name, condition))
      return [];
    return collectFields(shape, fragment.selectionSet, type);
  });
}

function isIncluded({ variables }: Shape, node: SelectionNode): boolean {
  if (getDirectiveValues(GraphQLSkipDirective, node, variables)?.if === true) return false;
  return getDirectiveValues(GraphQLIncludeDirective, node, variables)?.if !== false;
}
