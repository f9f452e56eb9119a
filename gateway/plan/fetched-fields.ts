// Reads the fetches of a query plan: which fields each of them requires, and which it fetches. An object is known by its path in
// the response ("orders.@.shop", in which "@" is each item of a list), a field by the path of its object and its own name.
import type { FetchNode, PlanNode, QueryPlanSelectionNode } from '@apollo/query-planner';
import {
  type DocumentNode,
  type FieldNode,
  Kind,
  parse,
  type SelectionNode,
  type SelectionSetNode,
  type TypeNode,
} from 'graphql';
import { type FieldsType, findField, getNamedTypeName } from '../supergraph/join-directives.ts';

export interface FetchWithPath {
  node: FetchNode;
  /** The path of the entities that it fetches; empty at the root. */
  path: readonly string[];
}

export type TypesByName = ReadonlyMap<string, FieldsType>;

/** In the order of the plan, fetches inside conditions included. */
export function findFetches(node: PlanNode | undefined, path: readonly string[] = []): FetchWithPath[] {
  switch (node?.kind) {
    case 'Fetch':
      return [{ node, path }];
    case 'Flatten':
      return findFetches(node.node, [...path, ...node.path.map(String)]);
    case 'Sequence':
    case 'Parallel':
      return node.nodes.flatMap((child) => findFetches(child, path));
    case 'Condition':
      return [...findFetches(node.ifClause, path), ...findFetches(node.elseClause, path)];
    default:
      return [];
  }
}

/** A field in a selection set, with the type and the path of its object. */
export interface SelectedField {
  field: FieldNode;
  type: string;
  path: readonly string[];
  /** Whether its object is an entity that the fetch looks up by a representation. */
  isEntityField: boolean;
}

/** Every field that a fetch selects, nested ones included. `document` is its operation. */
export function getFetchedFields(
  { node, path }: FetchWithPath,
  document: DocumentNode,
  types: TypesByName,
): SelectedField[] {
  const [operation] = document.definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) return [];
  const root = node.operationKind === 'mutation' ? 'Mutation' : 'Query';
  const isForEntities = node.requires !== undefined;
  const [entities] = operation.selectionSet.selections;
  const set = isForEntities ? (entities as FieldNode | undefined)?.selectionSet : operation.selectionSet;
  return collectFields(set, isForEntities ? '' : root, path, types, { isEntityField: isForEntities });
}

/** Every field of a field set in a directive, for an object of the type at the path. */
export function getFieldSetFields(
  set: SelectionSetNode,
  type: string,
  path: readonly string[],
  types: TypesByName,
): SelectedField[] {
  return collectFields(set, type, path, types);
}

function collectFields(
  set: SelectionSetNode | undefined,
  type: string,
  path: readonly string[],
  types: TypesByName,
  { isEntityField = false }: { isEntityField?: boolean } = {},
): SelectedField[] {
  const visit = (node: SelectionNode): SelectedField[] => {
    if (node.kind === Kind.FRAGMENT_SPREAD) return [];
    if (node.kind === Kind.INLINE_FRAGMENT)
      return collectFields(node.selectionSet, node.typeCondition?.name.value ?? type, path, types, {
        isEntityField,
      });
    const definition = findField(types.get(type), node.name.value);
    const here: SelectedField = { field: node, type, path, isEntityField };
    if (definition === undefined) return [here];
    const inner = [...path, (node.alias ?? node.name).value, ...getListSteps(definition.type)];
    return [here, ...collectFields(node.selectionSet, getNamedTypeName(definition.type), inner, types)];
  };
  return set?.selections.flatMap(visit) ?? [];
}

/** One "@" for each list around the type. */
function getListSteps(type: TypeNode): string[] {
  if (type.kind === Kind.NON_NULL_TYPE) return getListSteps(type.type);
  return type.kind === Kind.LIST_TYPE ? ['@', ...getListSteps(type.type)] : [];
}

export function printFieldPath(path: readonly string[], field: string): string {
  return `${path.join('.')} ${field}`;
}

export function parseFetch({ node }: FetchWithPath): DocumentNode {
  return parse(node.operation, { noLocation: true });
}

export function getFetchedPaths(fetch: FetchWithPath, types: TypesByName): Set<string> {
  return getFieldPaths(getFetchedFields(fetch, parseFetch(fetch), types));
}

export function getFieldPaths(fields: readonly SelectedField[]): Set<string> {
  return new Set(fields.map(({ path, field }) => printFieldPath(path, field.name.value)));
}

/** The fields that a fetch passes to its subgraph, in the representations of its entities. */
export function getRequiredPaths({ node, path }: FetchWithPath, types: TypesByName): Set<string> {
  return getFieldPaths(collectFields(toSelectionSet(node.requires ?? []), '', path, types));
}

/** Turns the selections of a plan into a selection set of GraphQL. */
export function toSelectionSet(selections: readonly QueryPlanSelectionNode[]): SelectionSetNode {
  return { kind: Kind.SELECTION_SET, selections: selections.map(toSelection) };
}

function toSelection(node: QueryPlanSelectionNode): SelectionNode {
  const name = (value: string) => ({ kind: Kind.NAME as const, value });
  if (node.kind === 'InlineFragment')
    return {
      kind: Kind.INLINE_FRAGMENT,
      ...(node.typeCondition === undefined
        ? {}
        : { typeCondition: { kind: Kind.NAMED_TYPE, name: name(node.typeCondition) } }),
      selectionSet: toSelectionSet(node.selections),
    };
  return {
    kind: Kind.FIELD,
    name: name(node.name),
    ...(node.selections === undefined ? {} : { selectionSet: toSelectionSet(node.selections) }),
  };
}
