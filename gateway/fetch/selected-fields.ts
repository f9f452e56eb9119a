// Collects the fields that a fetch selects of an object, by the object's type.
import {
  type DocumentNode,
  type FieldNode,
  type GraphQLOutputType,
  type GraphQLSchema,
  isAbstractType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { type Fragments, indexFragments } from '../fragments.ts';
import { getOwn, type JsonObject } from '../json-object.ts';

export interface FetchDocument {
  schema: GraphQLSchema;
  operation: OperationDefinitionNode;
  fragments: Fragments;
}

export interface SelectedField {
  key: string;
  type: GraphQLOutputType;
  /** False when a directive or a type condition may leave the field out. */
  isCertain: boolean;
  /** The selection sets of its value. */
  sets: SelectedSet[];
}

/**
 * A selection set of an object, and whether it applies for certain: a field can stand in an operation twice, once with @skip.
 */
export interface SelectedSet {
  set: SelectionSetNode;
  isCertain: boolean;
}

/** Undefined for a document without an operation. */
export function readFetchDocument(schema: GraphQLSchema, document: DocumentNode): FetchDocument | undefined {
  const operation = document.definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION);
  if (operation === undefined) return undefined;
  return { schema, operation, fragments: indexFragments(document) };
}

/**
 * Leaves out `__typename` and fields that the schema does not have. `variables` decide @skip and @include. Without them, a field
 * under such a directive is not certain.
 */
export function collectSelectedFields(
  document: FetchDocument,
  sets: readonly SelectedSet[],
  type: string | undefined,
  variables?: JsonObject,
): SelectedField[] {
  const fields = new Map<string, SelectedField>();
  const collect = (node: SelectionNode, enclosing: string | undefined, isParentCertain: boolean): void => {
    const inclusion = evaluateConditions(node, document, variables);
    if (inclusion === 'excluded') return;
    const isCertain = isParentCertain && inclusion === 'included';
    if (node.kind === Kind.FIELD) {
      addField(fields, node, findFieldType(document.schema, node.name.value, type, enclosing), isCertain);
      return;
    }
    const fragment = node.kind === Kind.FRAGMENT_SPREAD ? document.fragments.get(node.name.value) : node;
    const condition = fragment?.typeCondition?.name.value ?? enclosing;
    if (fragment === undefined || !meetsTypeCondition(document.schema, condition, type)) return;
    // A type can implement an interface in one subgraph and not in another, so only the type's own name is certain.
    const isCertainInside = isCertain && (fragment.typeCondition === undefined || condition === type);
    for (const inner of fragment.selectionSet.selections) collect(inner, condition, isCertainInside);
  };
  for (const { set, isCertain } of sets) for (const node of set.selections) collect(node, type, isCertain);
  return [...fields.values()];
}

function addField(
  fields: Map<string, SelectedField>,
  node: FieldNode,
  type: GraphQLOutputType | undefined,
  isCertain: boolean,
): void {
  if (type === undefined) return;
  const key = node.alias?.value ?? node.name.value;
  const sets = node.selectionSet === undefined ? [] : [{ set: node.selectionSet, isCertain }];
  const known = fields.get(key);
  if (known === undefined) {
    fields.set(key, { key, type, isCertain, sets });
    return;
  }
  known.sets.push(...sets);
  known.isCertain ||= isCertain;
}

/** The type of the field in the first of the named types that has it: the object's own type, or the interface around it. */
export function findFieldType(
  schema: GraphQLSchema,
  field: string,
  ...names: readonly (string | undefined)[]
): GraphQLOutputType | undefined {
  for (const name of names) {
    const type = name === undefined ? undefined : schema.getType(name);
    const found = isObjectType(type) || isInterfaceType(type) ? getOwn(type.getFields(), field) : undefined;
    if (found !== undefined) return found.type;
  }
  return undefined;
}

function meetsTypeCondition(
  schema: GraphQLSchema,
  condition: string | undefined,
  type: string | undefined,
): boolean {
  if (condition === undefined || condition === type) return true;
  const [wanted, known] = [schema.getType(condition), type === undefined ? undefined : schema.getType(type)];
  return (
    isAbstractType(wanted) &&
    (isObjectType(known) || isInterfaceType(known)) &&
    schema.isSubType(wanted, known)
  );
}

function evaluateConditions(
  node: SelectionNode,
  { operation }: FetchDocument,
  variables: JsonObject | undefined,
) {
  for (const { name, arguments: directiveArguments = [] } of node.directives ?? []) {
    if (name.value !== 'skip' && name.value !== 'include') continue;
    const value = directiveArguments.find((argument) => argument.name.value === 'if')?.value;
    if (value?.kind === Kind.BOOLEAN) {
      if (value.value === (name.value === 'skip')) return 'excluded';
    } else if (value?.kind === Kind.VARIABLE) {
      if (variables === undefined) return 'unknown';
      if (getVariable(value.name.value, operation, variables) === (name.value === 'skip')) return 'excluded';
    }
  }
  return 'included';
}

function getVariable(
  name: string,
  { variableDefinitions = [] }: OperationDefinitionNode,
  variables: JsonObject,
): unknown {
  const given = getOwn(variables, name);
  if (given !== undefined) return given;
  const defaultValue = variableDefinitions.find(({ variable }) => variable.name.value === name)?.defaultValue;
  return defaultValue?.kind === Kind.BOOLEAN ? defaultValue.value : undefined;
}
