// How often validation would compare two fields: it takes every pair of fields that answer under one name, and every pair
// of what is in them, and so on; and every pair of fragments that are spread in one place. Ten times the same field in each of ten levels would be 10^20 comparisons.
import { type DocumentNode, type FragmentDefinitionNode, Kind, type SelectionSetNode } from 'graphql';
import { hold, sum } from './refusal.ts';

/** Throws a refusal. Expects a document whose selections, spread out, were counted and are within their limit. */
export function holdRepetition(document: DocumentNode, limit: number): void {
  if (limit === 0) return;
  const fragments = new Fragments(document);
  let pairs = 0;
  for (const definition of document.definitions) {
    // What is in a fragment is compared wherever it is spread; by itself only when nobody spreads it.
    const isExtra = definition.kind === Kind.FRAGMENT_DEFINITION && !fragments.isSpread(definition);
    if (definition.kind !== Kind.OPERATION_DEFINITION && !isExtra) continue;
    pairs = sum(pairs, pairsOf([definition.selectionSet], fragments));
    hold(limit, pairs, ['TOO_MANY_REPEATED_FIELDS', 'pairs of fields under one name, or of fragments']);
  }
}

class Fragments {
  readonly #byName = new Map<string, FragmentDefinitionNode>();
  readonly #spread = new Set<string>();

  constructor({ definitions }: DocumentNode) {
    for (const definition of definitions) {
      if (definition.kind === Kind.FRAGMENT_DEFINITION) this.#byName.set(definition.name.value, definition);
    }
  }

  spread(name: string): FragmentDefinitionNode | undefined {
    this.#spread.add(name);
    return this.#byName.get(name);
  }

  isSpread({ name }: FragmentDefinitionNode): boolean {
    return this.#spread.has(name.value);
  }
}

interface Group {
  size: number;
  inner: SelectionSetNode[];
}

/** The pairs in selection sets that answer as one object, and in all that is within them. */
function pairsOf(sets: readonly SelectionSetNode[], fragments: Fragments): number {
  const groups = new Map<string, Group>();
  const spread = new Set<string>();
  for (const set of sets) group(set, groups, spread, fragments);
  let pairs = pairsAmong(spread.size);
  for (const { size, inner } of groups.values()) {
    pairs = sum(pairs, pairsAmong(size));
    if (inner.length > 0) pairs = sum(pairs, pairsOf(inner, fragments));
  }
  return pairs;
}

function pairsAmong(size: number): number {
  return (size * (size - 1)) / 2;
}

function group(
  { selections }: SelectionSetNode,
  groups: Map<string, Group>,
  spread: Set<string>,
  fragments: Fragments,
): void {
  for (const selection of selections) {
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      group(selection.selectionSet, groups, spread, fragments);
    } else if (selection.kind === Kind.FRAGMENT_SPREAD) {
      const name = selection.name.value;
      // A fragment is compared with others, never with itself.
      if (spread.has(name)) continue;
      spread.add(name);
      const fragment = fragments.spread(name);
      if (fragment === undefined) continue;
      group(fragment.selectionSet, groups, spread, fragments);
    } else {
      const key = selection.alias?.value ?? selection.name.value;
      const found = groups.get(key) ?? { size: 0, inner: [] };
      found.size += 1;
      if (selection.selectionSet !== undefined) found.inner.push(selection.selectionSet);
      groups.set(key, found);
    }
  }
}
