// What a document holds once its fragments are spread out, without spreading them: every fragment is counted once, so
// that the time is that of reading the text, however much a fragment bomb would come to. Knows no schema.
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { type Fragments, indexFragments } from '../fragments.ts';
import type { GatewaySettings } from '../settings/settings.ts';
import { holdLiterals } from './input-limits.ts';
import { hold, refusal, sum } from './refusal.ts';

export type ShapeLimits = Pick<
  GatewaySettings,
  | 'LIMIT_NESTING'
  | 'LIMIT_DEPTH'
  | 'LIMIT_ALIASES'
  | 'LIMIT_ROOT_FIELDS'
  | 'LIMIT_DIRECTIVES'
  | 'LIMIT_SELECTIONS'
  | 'LIMIT_INTROSPECTION_DEPTH'
  | 'LIMIT_INPUT_LIST'
>;

interface Totals {
  /** Fields, spreads and inline fragments. */
  selections: number;
  /** Fields that stand directly in the selection set. */
  fields: number;
  aliases: number;
  directives: number;
  /** Fields within fields. */
  depth: number;
  /** Fields that are named like lists of the schema's description, within one another: a fragment may be used there. */
  lists: number;
  /** The same, where they are such lists. */
  introspection: number;
  /** Selection sets and fragments within one another. */
  levels: number;
}

const nothing: Totals = {
  selections: 0,
  fields: 0,
  aliases: 0,
  directives: 0,
  depth: 0,
  lists: 0,
  introspection: 0,
  levels: 0,
};

/** Lists of the introspection types: each one within another multiplies the answer by the size of the schema. */
const introspectionLists: ReadonlySet<string> = new Set([
  'types',
  'directives',
  'fields',
  'inputFields',
  'args',
  'interfaces',
  'possibleTypes',
  'enumValues',
]);

const spreadOut = ['TOO_MANY_SELECTIONS', 'selections a document, fragments spread out'] as const;
const within = ['NESTING_TOO_DEEP', 'selections and fragments within one another'] as const;

/** Throws a refusal. The document is parsed, and nothing else is known of it. */
export function measure(document: DocumentNode, limits: ShapeLimits): void {
  holdLiterals(document, limits);
  const walk = new Walk(document, limits);
  let selections = 0;
  for (const definition of document.definitions) {
    // Validation reads fragments that nobody spreads, too. Those that are spread count where they are.
    const isExtra = definition.kind === Kind.FRAGMENT_DEFINITION && !walk.hasCounted(definition);
    if (definition.kind !== Kind.OPERATION_DEFINITION && !isExtra) continue;
    const totals = walk.definition(definition);
    selections = sum(selections, totals.selections);
    hold(limits.LIMIT_SELECTIONS, selections, spreadOut);
    holdTotals(totals, limits, definition);
  }
}

function holdTotals(totals: Totals, limits: ShapeLimits, { kind }: { kind: Kind }): void {
  hold(limits.LIMIT_NESTING, totals.levels, within);
  hold(limits.LIMIT_DEPTH, totals.depth, ['OPERATION_TOO_DEEP', 'fields within one another']);
  hold(limits.LIMIT_ALIASES, totals.aliases, ['TOO_MANY_ALIASES', 'aliases an operation']);
  hold(limits.LIMIT_DIRECTIVES, totals.directives, ['TOO_MANY_DIRECTIVES', 'directives an operation']);
  hold(limits.LIMIT_INTROSPECTION_DEPTH, totals.introspection, [
    'INTROSPECTION_TOO_DEEP',
    'lists within one another in introspection',
  ]);
  if (kind !== Kind.OPERATION_DEFINITION) return;
  hold(limits.LIMIT_ROOT_FIELDS, totals.fields, [
    'TOO_MANY_ROOT_FIELDS',
    'fields at the root of an operation',
  ]);
}

class Walk {
  readonly #limits: ShapeLimits;
  readonly #fragments: Fragments;
  readonly #counted = new Map<string, Totals | 'being counted'>();

  constructor(document: DocumentNode, limits: ShapeLimits) {
    this.#limits = limits;
    this.#fragments = indexFragments(document);
  }

  hasCounted({ name }: FragmentDefinitionNode): boolean {
    return this.#counted.has(name.value);
  }

  definition(node: OperationDefinitionNode | FragmentDefinitionNode): Totals {
    if (node.kind === Kind.FRAGMENT_DEFINITION) return this.#fragment(node.name.value, 1);
    const totals = this.#set(node.selectionSet, 1);
    const onVariables = (node.variableDefinitions ?? []).flatMap(({ directives = [] }) => directives);
    const own = (node.directives?.length ?? 0) + onVariables.length;
    return { ...totals, directives: sum(totals.directives, own) };
  }

  #fragment(name: string, level: number): Totals {
    const known = this.#counted.get(name);
    if (known === 'being counted') {
      throw refusal('GRAPHQL_VALIDATION_FAILED', 'Fragments spread one another in a circle.');
    }
    if (known !== undefined) return known;
    const fragment = this.#fragments.get(name);
    // Validation says which ones are not there.
    if (fragment === undefined) return nothing;
    this.#counted.set(name, 'being counted');
    const totals = this.#set(fragment.selectionSet, level);
    totals.directives = sum(totals.directives, fragment.directives?.length ?? 0);
    this.#counted.set(name, totals);
    return totals;
  }

  /** `level` only bounds the stack: what a fragment that was counted already adds is in its totals. */
  #set({ selections }: SelectionSetNode, level: number): Totals {
    hold(this.#limits.LIMIT_NESTING, level, within);
    const totals = { ...nothing };
    for (const selection of selections) {
      const inner = this.#selection(selection, level);
      totals.selections = sum(totals.selections, sum(inner.selections, 1));
      totals.fields = sum(totals.fields, inner.fields);
      totals.aliases = sum(totals.aliases, inner.aliases);
      totals.directives = sum(totals.directives, sum(inner.directives, selection.directives?.length ?? 0));
      totals.depth = Math.max(totals.depth, inner.depth);
      totals.lists = Math.max(totals.lists, inner.lists);
      totals.introspection = Math.max(totals.introspection, inner.introspection);
      totals.levels = Math.max(totals.levels, inner.levels + 1);
    }
    return totals;
  }

  #selection(selection: SelectionNode, level: number): Totals {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return this.#fragment(selection.name.value, level + 1);
    if (selection.kind === Kind.INLINE_FRAGMENT) return this.#set(selection.selectionSet, level + 1);
    const { name, alias, selectionSet } = selection;
    const inner = selectionSet === undefined ? nothing : this.#set(selectionSet, level + 1);
    const isSchema = name.value === '__schema' || name.value === '__type';
    return {
      ...inner,
      fields: 1,
      aliases: sum(inner.aliases, alias === undefined ? 0 : 1),
      // The schema's description has a limit of its own: tools ask there for a type of a type of a type.
      depth: isSchema ? 1 : inner.depth + 1,
      lists: inner.lists + (introspectionLists.has(name.value) ? 1 : 0),
      introspection: isSchema ? inner.lists : inner.introspection,
    };
  }
}
