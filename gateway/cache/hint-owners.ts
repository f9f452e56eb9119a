// Whose word a type's hint is. In a supergraph it stands on the type without the name of the subgraph that wrote it, and covers
// the fields of all. A field of a subgraph that says nothing about the type is therefore not covered: `boughtByMe`, which
// purchases adds to the products, is nobody else's to declare public.
import type { GraphQLField, GraphQLInterfaceType, GraphQLObjectType } from 'graphql';
import { argumentsOf, hasHint } from './cache-control-directive.ts';

type Owned = GraphQLObjectType | GraphQLInterfaceType;
type Field = GraphQLField<unknown, unknown>;

/** True for a field of a subgraph that is the only one to tell of the type, or has hints on other fields of it. */
export function isSpokenFor(type: Owned, field: Field): boolean {
  const owners = ownersOf(field);
  // In every subgraph that has the type, like its key: the same wherever it comes from.
  if (owners.length === 0) return true;
  const fields = Object.values(type.getFields());
  if (tellersOf(type, fields).size <= 1) return true;
  const spoken = new Set(fields.filter(hasHint).flatMap(ownersOf));
  return owners.every((owner) => spoken.has(owner));
}

/** The subgraphs that know more of a type than its keys. */
function tellersOf(type: Owned, fields: readonly Field[]): Set<string> {
  const joined = (type.astNode?.directives ?? [])
    .filter(({ name }) => name.value === 'join__type')
    .map(argumentsOf);
  const keys = new Set(joined.flatMap(({ key = '' }) => String(key).split(/\W+/)));
  const all = joined.map(({ graph }) => String(graph));
  return new Set(
    fields
      .filter(({ name }) => !keys.has(name))
      .flatMap((field) => {
        const owners = ownersOf(field);
        return owners.length > 0 ? owners : all;
      }),
  );
}

/** The subgraphs that a field comes from; none where it comes from each that has its type. */
function ownersOf({ astNode }: Field): string[] {
  return (astNode?.directives ?? [])
    .filter(({ name }) => name.value === 'join__field')
    .map(argumentsOf)
    .flatMap(({ graph, external }) => (graph === undefined || external === true ? [] : [String(graph)]));
}
