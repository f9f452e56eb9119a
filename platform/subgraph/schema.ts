// Builds the executable federation schema of a subgraph from its SDL and resolvers, with @auth enforced and references checked.
import { buildSubgraphSchema } from '@apollo/subgraph';
import { type GraphQLSchema, Kind, parse } from 'graphql';
import { pickSharedScalars } from '../values/scalars.ts';
import { enforceAuth } from './auth.ts';
import { resolveReferencesOneByOne } from './representations.ts';

/** Resolvers of a subgraph. Their generated types are checked in resolvers.ts of the subgraph. */
// biome-ignore lint/suspicious/noExplicitAny: the map holds functions of many shapes, each typed at its definition
export type ResolverMap = Record<string, any>;

/** Throws at the start for invalid SDL, and for a resolver of a type or field that the SDL does not have. */
export function buildExecutableSchema(sdl: string, resolvers: ResolverMap): GraphQLSchema {
  const typeDefs = parse(sdl);
  const declared = typeDefs.definitions.flatMap((definition) =>
    definition.kind === Kind.SCALAR_TYPE_DEFINITION ? [definition.name.value] : [],
  );
  const all: ResolverMap = { ...resolvers, ...pickSharedScalars(declared) };
  const schema = buildSubgraphSchema([{ typeDefs, resolvers: all }]);
  enforceAuth(schema);
  resolveReferencesOneByOne(schema);
  return schema;
}
