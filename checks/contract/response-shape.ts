// Whether an answer has the shape that its operation and the composed schema promise: every selected field is there, of its
// type, and null only where the schema allows it.
import {
  type DocumentNode,
  type GraphQLCompositeType,
  GraphQLIncludeDirective,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getDirectiveValues,
  isAbstractType,
  isEnumType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { type Fragments, indexFragments } from '../../gateway/fragments.ts';

/** What fields are looked up in: to a subgraph that knows it as one type (@interfaceObject), an interface is an object. */
type FieldsType = GraphQLObjectType | GraphQLInterfaceType;

interface Shape {
  schema: GraphQLSchema;
  fragments: Fragments;
  variables: Readonly<Record<string, unknown>>;
  problems: string[];
}

export interface ShapeOptions {
  /** The composed schema, with what clients cannot see. */
  schema: GraphQLSchema;
  document: DocumentNode;
  variables: Readonly<Record<string, unknown>>;
  data: Readonly<Record<string, unknown>>;
  /** The type of each entity asked for, by its place in `_entities`. */
  entityTypes: readonly string[];
}

/** What is wrong with the answer's data, one line each: `path: problem`. */
export function shapeProblems({ schema, document, variables, data, entityTypes }: ShapeOptions): string[] {
  const shape: Shape = { schema, variables, problems: [], fragments: indexFragments(document) };
  const operation = operationOf(document);
  const root = schema.getRootType(operation.operation);
  for (const { key, node } of fieldsOf(shape, operation.selectionSet, root ?? undefined)) {
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
    shape.problems.push('_entities: is no list');
    return;
  }
  if (entities.length !== types.length)
    shape.problems.push(`_entities: holds ${entities.length} for ${types.length} representations`);
  for (const [index, entity] of entities.entries()) {
    // Null: not there, or not for this viewer. Whether it may be is the replay's question.
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
    shape.problems.push(`${path}: is no object`);
    return;
  }
  const object = value as Record<string, unknown>;
  const runtime = runtimeTypeOf(shape, type, object);
  if (runtime === undefined) {
    shape.problems.push(`${path}: __typename ${JSON.stringify(object.__typename)} is no ${type.name}`);
    return;
  }
  for (const { key, node } of fieldsOf(shape, selectionSet, runtime))
    checkField(shape, runtime, node, key, object, `${path}.${key}`);
}

type Field = ReturnType<typeof fieldsOf>[number];

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
    if (!Array.isArray(value)) shape.problems.push(`${path}: is no list`);
    else
      for (const [index, item] of value.entries())
        checkValue(shape, type.ofType, selectionSet, item, `${path}.${index}`);
  } else if (isLeafType(type)) {
    if (!isLeafValue(type, value)) shape.problems.push(`${path}: ${JSON.stringify(value)} is no ${type}`);
  } else if (selectionSet !== undefined) {
    checkObject(shape, type, selectionSet, value, path);
  }
}

const leaves: Readonly<Record<string, (value: unknown) => boolean>> = {
  Int: (value) => Number.isInteger(value) && Number(value) >= -(2 ** 31) && Number(value) < 2 ** 31,
  Float: (value) => typeof value === 'number',
  String: (value) => typeof value === 'string',
  ID: (value) => typeof value === 'string' || Number.isInteger(value),
  Boolean: (value) => typeof value === 'boolean',
};

function isLeafValue(type: GraphQLOutputType & { name?: string }, value: unknown): boolean {
  if (isEnumType(type)) return typeof value === 'string' && type.getValue(value) !== undefined;
  // What a scalar of somebody's own may be, only they know.
  return (leaves[type.name ?? ''] ?? (() => true))(value);
}

function runtimeTypeOf(
  { schema }: Shape,
  type: GraphQLCompositeType,
  { __typename: name }: Readonly<Record<string, unknown>>,
): FieldsType | undefined {
  if (isObjectType(type)) return type;
  // By its own name from an @interfaceObject; by none where nothing in the selection depends on it.
  if (isInterfaceType(type) && (name === undefined || name === type.name)) return type;
  const named = typeof name === 'string' ? schema.getType(name) : undefined;
  return isObjectType(named) && schema.isSubType(type, named) ? named : undefined;
}

/** The fields that apply to a type, fragments opened, @skip and @include decided; the same key once for each selection. */
function fieldsOf(shape: Shape, { selections }: SelectionSetNode, type: FieldsType | undefined) {
  return selections.flatMap((node): { key: string; node: Extract<SelectionNode, { kind: 'Field' }> }[] => {
    if (!isIncluded(shape, node)) return [];
    if (node.kind === Kind.FIELD) return [{ key: node.alias?.value ?? node.name.value, node }];
    const fragment = node.kind === Kind.FRAGMENT_SPREAD ? shape.fragments.get(node.name.value) : node;
    if (fragment === undefined || !appliesTo(shape, fragment.typeCondition?.name.value, type)) return [];
    return fieldsOf(shape, fragment.selectionSet, type);
  });
}

function appliesTo({ schema }: Shape, condition: string | undefined, type: FieldsType | undefined) {
  if (condition === undefined || type === undefined || condition === type.name) return true;
  const wanted = schema.getType(condition);
  return isAbstractType(wanted) && schema.isSubType(wanted, type);
}

function isIncluded({ variables }: Shape, node: SelectionNode): boolean {
  if (getDirectiveValues(GraphQLSkipDirective, node, variables)?.if === true) return false;
  return getDirectiveValues(GraphQLIncludeDirective, node, variables)?.if !== false;
}

function operationOf(document: DocumentNode): OperationDefinitionNode {
  const operation = document.definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('the document holds no operation');
  return operation;
}
