// Which subgraph's @cacheControl applies to a field. In a supergraph, the hint of a type does not name the subgraph that wrote
// it, and would cover the fields of all subgraphs. So it does not cover a field of a subgraph that has no hints on the type:
// products cannot declare `boughtByMe` public, which purchases adds to its products.
import type { GraphQLField, GraphQLInterfaceType, GraphQLObjectType } from 'graphql';
import { hasHint, parseScalarArguments } from './cache-control-directive.ts';

type CompositeType = GraphQLObjectType | GraphQLInterfaceType;
type Field = GraphQLField<unknown, unknown>;

/** True when the field's subgraphs are the only ones with fields of the type, or have hints on other fields of it. */
export function isCoveredByTypeHint(type: CompositeType, field: Field): boolean {
  const owners = findOwners(field);
  // Every subgraph that has the type can resolve the field, like a key: it is the same in all of them.
  if (owners.length === 0) return true;
  const fields = Object.values(type.getFields());
  if (findContributors(type, fields).size <= 1) return true;
  const hintOwners = new Set(fields.filter(hasHint).flatMap(findOwners));
  return owners.every((owner) => hintOwners.has(owner));
}

/** The subgraphs with fields of a type beside its keys. */
function findContributors(type: CompositeType, fields: readonly Field[]): Set<string> {
  const joined = (type.astNode?.directives ?? [])
    .filter(({ name }) => name.value === 'join__type')
    .map(parseScalarArguments);
  const keys = new Set(joined.flatMap(({ key = '' }) => String(key).split(/\W+/)));
  const all = joined.map(({ graph }) => String(graph));
  return new Set(
    fields
      .filter(({ name }) => !keys.has(name))
      .flatMap((field) => {
        const owners = findOwners(field);
        return owners.length > 0 ? owners : all;
      }),
  );
}

/** The subgraphs that resolve a field; empty when each subgraph that has the type does. */
function findOwners({ astNode }: Field): string[] {
  return (astNode?.directives ?? [])
    .filter(({ name }) => name.value === 'join__field')
    .map(parseScalarArguments)
    .flatMap(({ graph, external }) => (graph === undefined || external === true ? [] : [String(graph)]));
}
