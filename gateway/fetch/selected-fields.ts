// The fields that an operation sent to a subgraph selects of an object, by the object's type.
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
  isCertain: boolean;
  /** What is selected of its value. */
  sets: SelectedSet[];
}

/** A selection of an object, and whether it is one for certain: the field may stand there twice, once under a @skip. */
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
 * Without `__typename`, and without what the schema does not have. With `variables`, @skip and @include are decided by them;
 * without, what hangs on one is not certain.
 */
export function collectSelectedFields(
  document: FetchDocument,
  sets: readonly SelectedSet[],
  type: string | undefined,
  variables?: JsonObject,
): SelectedField[] {
  const fields = new Map<string, SelectedField>();
  const collect = (node: SelectionNode, enclosing: string | undefined, isSure: boolean): void => {
    const decided = conditionsOf(node, document, variables);
    if (decided === 'out') return;
    const isCertain = isSure && decided === 'in';
    if (node.kind === Kind.FIELD) {
      add(fields, node, typeOf(document.schema, node.name.value, type, enclosing), isCertain);
      return;
    }
    const fragment = node.kind === Kind.FRAGMENT_SPREAD ? document.fragments.get(node.name.value) : node;
    const condition = fragment?.typeCondition?.name.value ?? enclosing;
    if (fragment === undefined || !applies(document.schema, condition, type)) return;
    // A type may implement an interface in one subgraph and not in another: only its own name makes sure.
    const isSureInside = isCertain && (fragment.typeCondition === undefined || condition === type);
    for (const inner of fragment.selectionSet.selections) collect(inner, condition, isSureInside);
  };
  for (const { set, isCertain } of sets) for (const node of set.selections) collect(node, type, isCertain);
  return [...fields.values()];
}

function add(
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

/** As the object's own type has the field, or else the interface through which it is asked for. */
function typeOf(
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

function applies(schema: GraphQLSchema, condition: string | undefined, type: string | undefined): boolean {
  if (condition === undefined || condition === type) return true;
  const [wanted, known] = [schema.getType(condition), type === undefined ? undefined : schema.getType(type)];
  return (
    isAbstractType(wanted) &&
    (isObjectType(known) || isInterfaceType(known)) &&
    schema.isSubType(wanted, known)
  );
}

function conditionsOf(node: SelectionNode, { operation }: FetchDocument, variables: JsonObject | undefined) {
  for (const { name, arguments: given = [] } of node.directives ?? []) {
    if (name.value !== 'skip' && name.value !== 'include') continue;
    const value = given.find((argument) => argument.name.value === 'if')?.value;
    if (value?.kind === Kind.BOOLEAN) {
      if (value.value === (name.value === 'skip')) return 'out';
    } else if (value?.kind === Kind.VARIABLE) {
      if (variables === undefined) return 'unknown';
      if (variableOf(value.name.value, operation, variables) === (name.value === 'skip')) return 'out';
    }
  }
  return 'in';
}

function variableOf(
  name: string,
  { variableDefinitions = [] }: OperationDefinitionNode,
  variables: JsonObject,
): unknown {
  const given = getOwn(variables, name);
  if (given !== undefined) return given;
  const preset = variableDefinitions.find(({ variable }) => variable.name.value === name)?.defaultValue;
  return preset?.kind === Kind.BOOLEAN ? preset.value : undefined;
}
