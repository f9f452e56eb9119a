// Reads the fetches of a query plan: which fields of which objects each of them needs, and which it brings. An object is named
// by its place in the answer ("orders.@.shop", with "@" for the items of a list), a field by its place and its name.
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
import { type Composite, fieldOf, namedType } from '../supergraph/join-directives.ts';

export interface PlannedFetch {
  node: FetchNode;
  /** Of the objects for which it asks; empty at the root. */
  place: readonly string[];
}

export type Types = ReadonlyMap<string, Composite>;

/** In the order of the plan, those within conditions included. */
export function fetchesIn(node: PlanNode | undefined, place: readonly string[] = []): PlannedFetch[] {
  switch (node?.kind) {
    case 'Fetch':
      return [{ node, place }];
    case 'Flatten':
      return fetchesIn(node.node, [...place, ...node.path.map(String)]);
    case 'Sequence':
    case 'Parallel':
      return node.nodes.flatMap((child) => fetchesIn(child, place));
    case 'Condition':
      return [...fetchesIn(node.ifClause, place), ...fetchesIn(node.elseClause, place)];
    default:
      return [];
  }
}

/** A selection on its way through an operation. */
export interface Visited {
  field: FieldNode;
  type: string;
  place: readonly string[];
  /** Whether the field is one of an entity that the fetch asks for by its reference. */
  isOfEntity: boolean;
}

/** Every field that a fetch asks for, of the graph's types. `document` is its operation. */
export function fieldsAsked({ node, place }: PlannedFetch, document: DocumentNode, types: Types): Visited[] {
  const [operation] = document.definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) return [];
  const root = node.operationKind === 'mutation' ? 'Mutation' : 'Query';
  const isForEntities = node.requires !== undefined;
  const [entities] = operation.selectionSet.selections;
  const set = isForEntities ? (entities as FieldNode | undefined)?.selectionSet : operation.selectionSet;
  return visited(set, isForEntities ? '' : root, place, isForEntities, types);
}

/** Fields of a set of fields in a directive, of an object of that type at that place. */
export function fieldsNamed(
  set: SelectionSetNode,
  type: string,
  place: readonly string[],
  types: Types,
): Visited[] {
  return visited(set, type, place, false, types);
}

function visited(
  set: SelectionSetNode | undefined,
  type: string,
  place: readonly string[],
  isOfEntity: boolean,
  types: Types,
): Visited[] {
  const visit = (node: SelectionNode): Visited[] => {
    if (node.kind === Kind.FRAGMENT_SPREAD) return [];
    if (node.kind === Kind.INLINE_FRAGMENT)
      return visited(node.selectionSet, node.typeCondition?.name.value ?? type, place, isOfEntity, types);
    const definition = fieldOf(types.get(type), node.name.value);
    const here: Visited = { field: node, type, place, isOfEntity };
    if (definition === undefined) return [here];
    const inner = [...place, (node.alias ?? node.name).value, ...listsOf(definition.type)];
    return [here, ...visited(node.selectionSet, namedType(definition.type), inner, false, types)];
  };
  return set?.selections.flatMap(visit) ?? [];
}

/** "@" for each list around the type. */
function listsOf(type: TypeNode): string[] {
  if (type.kind === Kind.NON_NULL_TYPE) return listsOf(type.type);
  return type.kind === Kind.LIST_TYPE ? ['@', ...listsOf(type.type)] : [];
}

export function nameOf(place: readonly string[], field: string): string {
  return `${place.join('.')} ${field}`;
}

export function documentOf({ node }: PlannedFetch): DocumentNode {
  return parse(node.operation, { noLocation: true });
}

export function broughtBy(fetch: PlannedFetch, types: Types): Set<string> {
  return namesOf(fieldsAsked(fetch, documentOf(fetch), types));
}

export function namesOf(fields: readonly Visited[]): Set<string> {
  return new Set(fields.map(({ place, field }) => nameOf(place, field.name.value)));
}

/** What a fetch tells of the entities that it asks for. */
export function neededBy({ node, place }: PlannedFetch, types: Types): Set<string> {
  return namesOf(visited(setOf(node.requires ?? []), '', place, false, types));
}

/** The planner's own form of selections, as GraphQL's. */
export function setOf(selections: readonly QueryPlanSelectionNode[]): SelectionSetNode {
  return { kind: Kind.SELECTION_SET, selections: selections.map(selectionOf) };
}

function selectionOf(node: QueryPlanSelectionNode): SelectionNode {
  const name = (value: string) => ({ kind: Kind.NAME as const, value });
  if (node.kind === 'InlineFragment')
    return {
      kind: Kind.INLINE_FRAGMENT,
      ...(node.typeCondition === undefined
        ? {}
        : { typeCondition: { kind: Kind.NAMED_TYPE, name: name(node.typeCondition) } }),
      selectionSet: setOf(node.selections),
    };
  return {
    kind: Kind.FIELD,
    name: name(node.name),
    ...(node.selections === undefined ? {} : { selectionSet: setOf(node.selections) }),
  };
}
