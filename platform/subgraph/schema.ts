// From a subgraph's SDL and resolvers to an executable federation schema, with @auth enforced and references made safe.
import { buildSubgraphSchema } from '@apollo/subgraph';
import { type GraphQLSchema, Kind, parse } from 'graphql';
import { pickSharedScalars } from '../values/scalars.ts';
import { enforceAuth } from './auth.ts';
import { resolveReferencesOneByOne } from './representations.ts';

/** Resolvers as generated from the SDL; their types are checked where they are written. */
// biome-ignore lint/suspicious/noExplicitAny: the map holds functions of many shapes, each typed at its definition
export type ResolverMap = Record<string, any>;

/** Throws at start for SDL that is invalid, or a resolver for a type or field that the SDL does not have. */
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
