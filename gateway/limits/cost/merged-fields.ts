// Merges the fields of selection sets that select from one object: fragments are expanded, fields with the same response
// name are merged because they are executed once, and fields that @skip or @include exclude are left out.
import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  isCompositeType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Fragments } from '../../fragments.ts';
import type { InputValues } from './argument-cost.ts';

export interface MergedField {
  /** The type on which the field is selected: an object, or an interface for all types that implement it. */
  parent: GraphQLCompositeType;
  /** All fields with this response name; at least one. */
  nodes: [FieldNode, ...FieldNode[]];
}

export function collectMergedFields(
  schema: GraphQLSchema,
  parent: GraphQLCompositeType,
  selectionSets: readonly SelectionSetNode[],
  fragments: Fragments,
  values: InputValues,
): Iterable<MergedField> {
  const merged = new Map<string, MergedField>();
  const expanded = new Set<string>();
  for (const selectionSet of selectionSets) collect(parent, selectionSet);
  return merged.values();

  /** The fragment, the first time that it is spread: a second time would add the same fields. */
  function expandOnce(name: string): FragmentDefinitionNode | undefined {
    if (expanded.has(name)) return undefined;
    expanded.add(name);
    return fragments.get(name);
  }

  function collect(type: GraphQLCompositeType, { selections }: SelectionSetNode): void {
    for (const selection of selections) {
      if (isExcluded(selection, values)) continue;
      if (selection.kind === Kind.FIELD) {
        const key = `${type.name}.${selection.alias?.value ?? selection.name.value}`;
        const field = merged.get(key);
        if (field === undefined) merged.set(key, { parent: type, nodes: [selection] });
        else field.nodes.push(selection);
        continue;
      }
      const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? expandOnce(selection.name.value) : selection;
      if (fragment === undefined) continue;
      const condition = fragment.typeCondition?.name.value;
      const narrowed = condition === undefined ? type : schema.getType(condition);
      if (isCompositeType(narrowed)) collect(narrowed, fragment.selectionSet);
    }
  }
}

function isExcluded({ directives = [] }: SelectionNode, values: InputValues): boolean {
  return directives.some(({ name, arguments: [condition] = [] }) => {
    if (condition === undefined || (name.value !== 'skip' && name.value !== 'include')) return false;
    return values.read(condition.value) === (name.value === 'skip');
  });
}
