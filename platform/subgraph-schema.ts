// From a subgraph's SDL and resolvers to an executable federation schema, with @auth enforced and references made safe.
import { buildSubgraphSchema } from '@apollo/subgraph';
import { type GraphQLResolveInfo, type GraphQLSchema, Kind, parse } from 'graphql';
import { enforceAuth } from './auth.ts';
import { judgeOneByOne } from './representations.ts';
import { sharedScalars } from './scalars.ts';

/** Resolvers as generated from the SDL; their types are checked where they are written. */
// biome-ignore lint/suspicious/noExplicitAny: the map holds functions of many shapes, each typed at its definition
export type ResolverMap = Record<string, any>;

/** Throws at start for SDL that is invalid, or a resolver for a type or field that the SDL does not have. */
export function subgraphSchema(sdl: string, resolvers: ResolverMap): GraphQLSchema {
  const typeDefs = parse(sdl);
  const declared = typeDefs.definitions.flatMap((definition) =>
    definition.kind === Kind.SCALAR_TYPE_DEFINITION ? [definition.name.value] : [],
  );
  const all: ResolverMap = { ...resolvers, ...sharedScalars(declared) };
  const schema = buildSubgraphSchema([{ typeDefs, resolvers: mapValues(all, guardReference) }]);
  enforceAuth(schema);
  judgeOneByOne(schema);
  return schema;
}

/**
 * A synchronous throw in __resolveReference would fail the whole `_entities` batch; a rejected promise fails one entity.
 */
function guardReference(resolver: ResolverMap): ResolverMap {
  const resolveReference = resolver.__resolveReference;
  if (typeof resolveReference !== 'function') return resolver;
  const guarded = async (reference: unknown, context: unknown, info: GraphQLResolveInfo) =>
    resolveReference(reference, context, info);
  return { ...resolver, __resolveReference: guarded };
}

function mapValues<Value>(
  map: Record<string, Value>,
  change: (value: Value) => Value,
): Record<string, Value> {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value)]));
}
