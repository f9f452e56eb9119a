// One version of a subgraph as it runs: its executable schema, built as the subgraph builds it, the keys by which it resolves
// entities, and the fields that @requires names.
import { buildSubgraph } from '@apollo/federation-internals';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { type GraphQLSchema, Kind, parse, type SelectionSetNode, visit } from 'graphql';
import { parseFieldPaths } from './field-paths.ts';

export interface RunningSubgraph {
  schema: GraphQLSchema;
  /** By type: the field paths of each key by which the subgraph resolves the entity. */
  keys: ReadonlyMap<string, readonly (readonly string[])[]>;
  /** By field ("Product.shippingCost"): the paths that @requires names. */
  requires: ReadonlyMap<string, readonly string[]>;
}

/** The SDL must compose. */
export function buildRunningSubgraph(name: string, sdl: string): RunningSubgraph {
  // Federation's own model finds the directives under the names that the SDL's @link gives them.
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
        own.map(({ fields }) => parseFieldPaths(fields)),
      );
    for (const field of type.fields())
      for (const directive of field.appliedDirectivesOf(metadata.requiresDirective()))
        requires.set(`${type.name}.${field.name}`, parseFieldPaths(directive.arguments().fields));
  }
  return { schema: buildSubgraphSchema(parse(sdl)), keys, requires };
}

/** By type condition of a fetch: the fields that it selects of the entity. */
export function findEntityFields(text: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  visit(parse(text), {
    Field: (field) => {
      if (field.name.value !== '_entities') return undefined;
      for (const selection of field.selectionSet?.selections ?? []) {
        if (selection.kind !== Kind.INLINE_FRAGMENT || selection.typeCondition === undefined) continue;
        const type = selection.typeCondition.name.value;
        found.set(type, [...(found.get(type) ?? []), ...listFieldNames(selection.selectionSet)]);
      }
      return false;
    },
  });
  return found;
}

/** The fields of the entity itself, including those inside inline fragments. */
function listFieldNames({ selections }: SelectionSetNode): string[] {
  return selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection.name.value];
    return selection.kind === Kind.INLINE_FRAGMENT ? listFieldNames(selection.selectionSet) : [];
  });
}
