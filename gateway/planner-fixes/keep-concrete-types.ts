// Keeps the concrete types of entities. A subgraph with an @interfaceObject answers the name of the interface as the __typename of
// its entities, and Apollo's executor would overwrite the concrete type with it.
import type { GraphQLDataSource } from '@apollo/gateway';

interface Representation {
  __typename?: unknown;
}

export function keepConcreteTypes(source: GraphQLDataSource): GraphQLDataSource {
  return {
    process: async (options) => {
      const response = await source.process(options);
      const entities: unknown = response.data?._entities;
      const representations: unknown = options.request.variables?.representations;
      if (!Array.isArray(entities) || !Array.isArray(representations)) return response;
      for (const [index, entity] of entities.entries()) {
        const { __typename: sent } = (representations[index] ?? {}) as Representation;
        // The executor knows this type already, or one of its subtypes.
        if (entity !== null && typeof entity === 'object' && entity.__typename === sent)
          delete entity.__typename;
      }
      return response;
    },
  };
}
