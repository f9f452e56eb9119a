// What one version of a subgraph can answer while it runs: its executable schema as the subgraph itself builds it, the
// keys it resolves, and what its fields require.
import { buildSubgraph } from '@apollo/federation-internals';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { type GraphQLSchema, Kind, parse, type SelectionSetNode, visit } from 'graphql';
import { selectionOf } from './field-paths.ts';

export interface RunningSubgraph {
  schema: GraphQLSchema;
  /** By type: the field paths of each key it can resolve an entity from. */
  keys: ReadonlyMap<string, readonly (readonly string[])[]>;
  /** By field ("Product.shippingCost"): the paths that @requires names. */
  requires: ReadonlyMap<string, readonly string[]>;
}

/** Of SDL that composes. */
export function runningSubgraph(name: string, sdl: string): RunningSubgraph {
  // Federation's own model knows the directives by whatever name the SDL's @link imports them.
  const subgraph = buildSubgraph(name, '', sdl);
  const metadata = subgraph.metadata();
  const keys = new Map<string, string[][]>();
  const requires = new Map<string, string[]>();
  for (const type of [...subgraph.schema.objectTypes(), ...subgraph.schema.interfaceTypes()]) {
    const own = type
      .appliedDirectivesOf(metadata.keyDirective())
      .map((directive) => directive.arguments())
      .filter(({ resolvable }) => resolvable !== false);
    if (own.length > 0)
      keys.set(
        type.name,
        own.map(({ fields }) => selectionOf(fields)),
      );
    for (const field of type.fields())
      for (const directive of field.appliedDirectivesOf(metadata.requiresDirective()))
        requires.set(`${type.name}.${field.name}`, selectionOf(directive.arguments().fields));
  }
  return { schema: buildSubgraphSchema(parse(sdl)), keys, requires };
}

/** By the type that a fetch names: the fields it selects of that entity. */
export function entityFields(text: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  visit(parse(text), {
    Field: (field) => {
      if (field.name.value !== '_entities') return undefined;
      for (const selection of field.selectionSet?.selections ?? []) {
        if (selection.kind !== Kind.INLINE_FRAGMENT || selection.typeCondition === undefined) continue;
        const type = selection.typeCondition.name.value;
        found.set(type, [...(found.get(type) ?? []), ...namesIn(selection.selectionSet)]);
      }
      return false;
    },
  });
  return found;
}

/** Fields of the entity itself, those inside of conditions included. */
function namesIn({ selections }: SelectionSetNode): string[] {
  return selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection.name.value];
    return selection.kind === Kind.INLINE_FRAGMENT ? namesIn(selection.selectionSet) : [];
  });
}
