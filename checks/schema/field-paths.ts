// Selections as paths, such as "dimensions.weight", so that two selections can be compared.
import type { QueryPlanSelectionNode } from '@apollo/query-planner';
import { Kind, parse, type SelectionSetNode } from 'graphql';

/** Parses the field set of a directive: `id dimensions { weight }`, or a list of field names as in old SDL. */
export function parseFieldPaths(fields: unknown): string[] {
  const text = Array.isArray(fields) ? fields.join(' ') : String(fields);
  const [definition] = parse(`{ ${text.replace(/^\s*\{(.*)\}\s*$/s, '$1')} }`, {
    noLocation: true,
  }).definitions;
  return definition?.kind === Kind.OPERATION_DEFINITION ? listLeafPaths(definition.selectionSet) : [];
}

function listLeafPaths({ selections }: SelectionSetNode, above = ''): string[] {
  return selections.flatMap((selection) => {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return [];
    if (selection.kind === Kind.INLINE_FRAGMENT) return listLeafPaths(selection.selectionSet, above);
    const path = `${above}${selection.name.value}`;
    if (selection.name.value === '__typename') return [];
    return selection.selectionSet === undefined ? [path] : listLeafPaths(selection.selectionSet, `${path}.`);
  });
}

/** The fields that a plan sends of entities of this type. A plan without a type condition sends its fields of every type. */
export function listSentPaths(requires: readonly QueryPlanSelectionNode[], type: string): string[] {
  const named = requires.filter((node) => node.kind === 'InlineFragment' && node.typeCondition === type);
  return listPaths(named.length > 0 ? named : requires);
}

function listPaths(selections: readonly QueryPlanSelectionNode[], above = ''): string[] {
  return selections.flatMap((selection) => {
    if (selection.kind === 'InlineFragment') return listPaths(selection.selections, above);
    const path = `${above}${selection.name}`;
    const inner = selection.selections ?? [];
    return inner.length === 0 ? [path] : listPaths(inner, `${path}.`);
  });
}
