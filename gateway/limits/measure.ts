// Measures a document as if its fragments were expanded, and refuses what exceeds a limit. The walk measures each fragment
// once, so that it takes the time of reading the text, however large an expanded fragment bomb would be. It knows no schema.
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
import { enforceLiteralLimits } from './input-limits.ts';
import { add, createRefusal, enforceLimit, type Measurement } from './refusal.ts';

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
  /** Fields, fragment spreads and inline fragments. */
  selections: number;
  /** Fields of the selection set itself, and not those within its fields. */
  fields: number;
  aliases: number;
  directives: number;
  /** Nesting of fields. */
  depth: number;
  /** Nesting of fields that are named like lists of the introspection types: introspection may spread a fragment of them. */
  listDepth: number;
  /** The same, within `__schema` and `__type` only. */
  introspectionDepth: number;
  /** Nesting of selection sets and fragments. */
  nesting: number;
}

const zero: Totals = {
  selections: 0,
  fields: 0,
  aliases: 0,
  directives: 0,
  depth: 0,
  listDepth: 0,
  introspectionDepth: 0,
  nesting: 0,
};

/** Lists of the introspection types: each nested one multiplies the size of the response by the size of the schema. */
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

/** What `enforceTotals` and the walk count, by the name in `Totals`. */
const measurements = {
  selections: {
    code: 'TOO_MANY_SELECTIONS',
    describe: (count) => `With its fragments expanded the document has ${count} selections`,
  },
  nesting: {
    code: 'NESTING_TOO_DEEP',
    describe: (count) => `The document nests selections and fragments ${count} levels deep`,
  },
  depth: {
    code: 'OPERATION_TOO_DEEP',
    describe: (count) => `The operation nests fields ${count} levels deep`,
  },
  aliases: { code: 'TOO_MANY_ALIASES', describe: (count) => `The operation has ${count} aliases` },
  directives: { code: 'TOO_MANY_DIRECTIVES', describe: (count) => `The operation has ${count} directives` },
  introspectionDepth: {
    code: 'INTROSPECTION_TOO_DEEP',
    describe: (count) => `The introspection nests lists ${count} levels deep`,
  },
  fields: {
    code: 'TOO_MANY_ROOT_FIELDS',
    describe: (count) => `The operation has ${count} fields at its root`,
  },
} satisfies Partial<Record<keyof Totals, Measurement>>;

/** Throws a refusal. The document has been parsed, and not yet validated. */
export function enforceDocumentLimits(document: DocumentNode, limits: ShapeLimits): void {
  enforceLiteralLimits(document, limits);
  const walk = new DocumentWalk(document, limits);
  let selections = 0;
  for (const definition of document.definitions) {
    // Validation also reads a fragment that no operation spreads. The others are measured where they are spread.
    const isUnused = definition.kind === Kind.FRAGMENT_DEFINITION && !walk.hasMeasured(definition);
    if (definition.kind !== Kind.OPERATION_DEFINITION && !isUnused) continue;
    const totals = walk.measureDefinition(definition);
    selections = add(selections, totals.selections);
    enforceLimit(limits.LIMIT_SELECTIONS, selections, measurements.selections);
    enforceTotals(totals, limits, definition);
  }
}

function enforceTotals(totals: Totals, limits: ShapeLimits, { kind }: { kind: Kind }): void {
  enforceLimit(limits.LIMIT_NESTING, totals.nesting, measurements.nesting);
  enforceLimit(limits.LIMIT_DEPTH, totals.depth, measurements.depth);
  enforceLimit(limits.LIMIT_ALIASES, totals.aliases, measurements.aliases);
  enforceLimit(limits.LIMIT_DIRECTIVES, totals.directives, measurements.directives);
  enforceLimit(limits.LIMIT_INTROSPECTION_DEPTH, totals.introspectionDepth, measurements.introspectionDepth);
  if (kind !== Kind.OPERATION_DEFINITION) return;
  enforceLimit(limits.LIMIT_ROOT_FIELDS, totals.fields, measurements.fields);
}

class DocumentWalk {
  readonly #limits: ShapeLimits;
  readonly #fragments: Fragments;
  readonly #totals = new Map<string, Totals | 'in progress'>();

  constructor(document: DocumentNode, limits: ShapeLimits) {
    this.#limits = limits;
    this.#fragments = indexFragments(document);
  }

  hasMeasured({ name }: FragmentDefinitionNode): boolean {
    return this.#totals.has(name.value);
  }

  measureDefinition(node: OperationDefinitionNode | FragmentDefinitionNode): Totals {
    if (node.kind === Kind.FRAGMENT_DEFINITION) return this.#measureFragment(node.name.value, 1);
    const totals = this.#measureSelectionSet(node.selectionSet, 1);
    const onVariables = (node.variableDefinitions ?? []).flatMap(({ directives = [] }) => directives);
    const onOperation = (node.directives?.length ?? 0) + onVariables.length;
    return { ...totals, directives: add(totals.directives, onOperation) };
  }

  #measureFragment(name: string, level: number): Totals {
    const known = this.#totals.get(name);
    if (known === 'in progress') {
      throw createRefusal('GRAPHQL_VALIDATION_FAILED', 'The fragments of the document form a cycle.');
    }
    if (known !== undefined) return known;
    const fragment = this.#fragments.get(name);
    // Validation reports a fragment that does not exist.
    if (fragment === undefined) return zero;
    this.#totals.set(name, 'in progress');
    const totals = this.#measureSelectionSet(fragment.selectionSet, level);
    totals.directives = add(totals.directives, fragment.directives?.length ?? 0);
    this.#totals.set(name, totals);
    return totals;
  }

  /** `level` only bounds the stack. The totals of a fragment include its nesting, also when it was measured before. */
  #measureSelectionSet({ selections }: SelectionSetNode, level: number): Totals {
    enforceLimit(this.#limits.LIMIT_NESTING, level, measurements.nesting);
    const totals = { ...zero };
    for (const selection of selections) {
      const inner = this.#measureSelection(selection, level);
      totals.selections = add(totals.selections, add(inner.selections, 1));
      totals.fields = add(totals.fields, inner.fields);
      totals.aliases = add(totals.aliases, inner.aliases);
      totals.directives = add(totals.directives, add(inner.directives, selection.directives?.length ?? 0));
      totals.depth = Math.max(totals.depth, inner.depth);
      totals.listDepth = Math.max(totals.listDepth, inner.listDepth);
      totals.introspectionDepth = Math.max(totals.introspectionDepth, inner.introspectionDepth);
      totals.nesting = Math.max(totals.nesting, inner.nesting + 1);
    }
    return totals;
  }

  #measureSelection(selection: SelectionNode, level: number): Totals {
    if (selection.kind === Kind.FRAGMENT_SPREAD) {
      return this.#measureFragment(selection.name.value, level + 1);
    }
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      return this.#measureSelectionSet(selection.selectionSet, level + 1);
    }
    const { name, alias, selectionSet } = selection;
    const inner = selectionSet === undefined ? zero : this.#measureSelectionSet(selectionSet, level + 1);
    const isIntrospection = name.value === '__schema' || name.value === '__type';
    return {
      ...inner,
      fields: 1,
      aliases: add(inner.aliases, alias === undefined ? 0 : 1),
      // Introspection has a limit of its own: tools ask there for the type of a type of a type.
      depth: isIntrospection ? 1 : inner.depth + 1,
      listDepth: inner.listDepth + (introspectionLists.has(name.value) ? 1 : 0),
      introspectionDepth: isIntrospection ? inner.listDepth : inner.introspectionDepth,
    };
  }
}
