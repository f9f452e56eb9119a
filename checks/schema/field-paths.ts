// Selections as plain paths, "dimensions.weight": enough to tell whether one holds all that another one needs.
import type { QueryPlanSelectionNode } from '@apollo/query-planner';
import { Kind, parse, type SelectionSetNode } from 'graphql';

/** Of a field set as directives write it: `id dimensions { weight }`. A list of field names, as old SDL has it, too. */
export function selectionOf(fields: unknown): string[] {
  const text = Array.isArray(fields) ? fields.join(' ') : String(fields);
  const [definition] = parse(`{ ${text.replace(/^\s*\{(.*)\}\s*$/s, '$1')} }`, {
    noLocation: true,
  }).definitions;
  return definition?.kind === Kind.OPERATION_DEFINITION ? leavesOf(definition.selectionSet) : [];
}

function leavesOf({ selections }: SelectionSetNode, above = ''): string[] {
  return selections.flatMap((selection) => {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return [];
    if (selection.kind === Kind.INLINE_FRAGMENT) return leavesOf(selection.selectionSet, above);
    const path = `${above}${selection.name.value}`;
    if (selection.name.value === '__typename') return [];
    return selection.selectionSet === undefined ? [path] : leavesOf(selection.selectionSet, `${path}.`);
  });
}

/** What a plan sends about entities of a type; of all types where it names none. */
export function sentAbout(requires: readonly QueryPlanSelectionNode[], type: string): string[] {
  const named = requires.filter((node) => node.kind === 'InlineFragment' && node.typeCondition === type);
  return pathsOf(named.length > 0 ? named : requires);
}

function pathsOf(selections: readonly QueryPlanSelectionNode[], above = ''): string[] {
  return selections.flatMap((selection) => {
    if (selection.kind === 'InlineFragment') return pathsOf(selection.selections, above);
    const path = `${above}${selection.name}`;
    const inner = selection.selections ?? [];
    return inner.length === 0 ? [path] : pathsOf(inner, `${path}.`);
  });
}
