// The fields of selection sets that answer as one object: fragments spread, repetitions merged (they are answered once),
// and without what @skip and @include leave out.
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
import type { Fragments } from '../fragments.ts';
import type { Inputs } from './argument-cost.ts';

export interface MergedField {
  /** The type on which the field is selected: an object, or an interface for all that implement it. */
  parent: GraphQLCompositeType;
  /** All that answer under one name; at least one. */
  nodes: [FieldNode, ...FieldNode[]];
}

export function fieldsOf(
  schema: GraphQLSchema,
  parent: GraphQLCompositeType,
  sets: readonly SelectionSetNode[],
  fragments: Fragments,
  inputs: Inputs,
): Iterable<MergedField> {
  const merged = new Map<string, MergedField>();
  const spread = new Set<string>();
  for (const set of sets) collect(parent, set);
  return merged.values();

  function spreadOnce(name: string): FragmentDefinitionNode | undefined {
    if (spread.has(name)) return undefined;
    spread.add(name);
    return fragments.get(name);
  }

  function collect(type: GraphQLCompositeType, { selections }: SelectionSetNode): void {
    for (const selection of selections) {
      if (isLeftOut(selection, inputs)) continue;
      if (selection.kind === Kind.FIELD) {
        const key = `${type.name}.${selection.alias?.value ?? selection.name.value}`;
        const found = merged.get(key);
        if (found === undefined) merged.set(key, { parent: type, nodes: [selection] });
        else found.nodes.push(selection);
        continue;
      }
      const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? spreadOnce(selection.name.value) : selection;
      if (fragment === undefined) continue;
      const condition = fragment.typeCondition?.name.value;
      const narrowed = condition === undefined ? type : schema.getType(condition);
      if (isCompositeType(narrowed)) collect(narrowed, fragment.selectionSet);
    }
  }
}

function isLeftOut({ directives = [] }: SelectionNode, inputs: Inputs): boolean {
  return directives.some(({ name, arguments: [condition] = [] }) => {
    if (condition === undefined || (name.value !== 'skip' && name.value !== 'include')) return false;
    return inputs.valueOf(condition.value) === (name.value === 'skip');
  });
}
