// A subgraph that knows an interface as one type (@interfaceObject) calls each of its entities by the interface's name. The
// engine would forget by that what they really are: here an entity keeps the type that it had when it was asked for.
import type { GraphQLDataSource } from '@apollo/gateway';

interface Representation {
  __typename?: unknown;
}

export function keepConcreteTypes(source: GraphQLDataSource): GraphQLDataSource {
  return {
    process: async (options) => {
      const answer = await source.process(options);
      const entities: unknown = answer.data?._entities;
      const references: unknown = options.request.variables?.representations;
      if (!Array.isArray(entities) || !Array.isArray(references)) return answer;
      for (const [index, entity] of entities.entries()) {
        const { __typename: sent } = (references[index] ?? {}) as Representation;
        // The engine knows that one already, or a narrower one.
        if (entity !== null && typeof entity === 'object' && entity.__typename === sent)
          delete entity.__typename;
      }
      return answer;
    },
  };
}
