// Bounds the work of validation before it begins. Validation compares every pair of fields with one response name, then every
// pair of fields within those, and so on; and every pair of fragments that are spread in one place. Ten repetitions of a field
// in each of ten levels would be 10^20 comparisons.
import { type DocumentNode, type FragmentDefinitionNode, Kind, type SelectionSetNode } from 'graphql';
import { type Fragments, indexFragments } from '../fragments.ts';
import { add, enforceLimit, type Measurement } from './refusal.ts';

const comparedPairs: Measurement = {
  code: 'TOO_MANY_REPEATED_FIELDS',
  describe: (count) => `Validation would compare ${count} pairs of repeated fields and fragments`,
};

/** Throws a refusal. The document's selections, with fragments expanded, are already known to be within their limit. */
export function enforceRepetitionLimit(document: DocumentNode, limit: number): void {
  if (limit === 0) return;
  const fragments = new SpreadFragments(document);
  let pairs = 0;
  for (const definition of document.definitions) {
    // A fragment is compared wherever it is spread, and by itself only when no operation spreads it.
    const isUnused = definition.kind === Kind.FRAGMENT_DEFINITION && !fragments.isSpread(definition);
    if (definition.kind !== Kind.OPERATION_DEFINITION && !isUnused) continue;
    pairs = add(pairs, countPairs([definition.selectionSet], fragments));
    enforceLimit(limit, pairs, comparedPairs);
  }
}

/** The fragments of a document, and which of them have been spread so far. */
class SpreadFragments {
  readonly #fragments: Fragments;
  readonly #spread = new Set<string>();

  constructor(document: DocumentNode) {
    this.#fragments = indexFragments(document);
  }

  spread(name: string): FragmentDefinitionNode | undefined {
    this.#spread.add(name);
    return this.#fragments.get(name);
  }

  isSpread({ name }: FragmentDefinitionNode): boolean {
    return this.#spread.has(name.value);
  }
}

/** The fields with one response name. */
interface FieldGroup {
  size: number;
  selectionSets: SelectionSetNode[];
}

/** The pairs in selection sets that select from one object, and in all selection sets within them. */
function countPairs(selectionSets: readonly SelectionSetNode[], fragments: SpreadFragments): number {
  const groups = new Map<string, FieldGroup>();
  const spreadHere = new Set<string>();
  for (const selectionSet of selectionSets) groupFields(selectionSet, groups, spreadHere, fragments);
  let pairs = countPairsAmong(spreadHere.size);
  for (const group of groups.values()) {
    pairs = add(pairs, countPairsAmong(group.size));
    if (group.selectionSets.length > 0) pairs = add(pairs, countPairs(group.selectionSets, fragments));
  }
  return pairs;
}

function countPairsAmong(size: number): number {
  return (size * (size - 1)) / 2;
}

function groupFields(
  { selections }: SelectionSetNode,
  groups: Map<string, FieldGroup>,
  spreadHere: Set<string>,
  fragments: SpreadFragments,
): void {
  for (const selection of selections) {
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      groupFields(selection.selectionSet, groups, spreadHere, fragments);
    } else if (selection.kind === Kind.FRAGMENT_SPREAD) {
      const name = selection.name.value;
      // Validation compares a fragment with others, and never with itself.
      if (spreadHere.has(name)) continue;
      spreadHere.add(name);
      const fragment = fragments.spread(name);
      if (fragment === undefined) continue;
      groupFields(fragment.selectionSet, groups, spreadHere, fragments);
    } else {
      const responseName = selection.alias?.value ?? selection.name.value;
      const group = groups.get(responseName) ?? { size: 0, selectionSets: [] };
      group.size += 1;
      if (selection.selectionSet !== undefined) group.selectionSets.push(selection.selectionSet);
      groups.set(responseName, group);
    }
  }
}
