// The supergraph's own schema for each schema that clients see. It includes the types and fields that clients cannot see. The
// client's schema object is the key, so that a request keeps the supergraph that it began with when the supergraph changes.
import { buildSchema, type GraphQLSchema } from 'graphql';

export class SupergraphSchemas {
  readonly #known = new WeakMap<GraphQLSchema, { sdl: string; schema?: GraphQLSchema }>();

  add(apiSchema: GraphQLSchema, sdl: string): void {
    this.#known.set(apiSchema, { sdl });
  }

  /** Builds the schema when it is first needed. Undefined for a schema that was never added. */
  get(apiSchema: GraphQLSchema | undefined): GraphQLSchema | undefined {
    const known = apiSchema && this.#known.get(apiSchema);
    if (known === undefined) return undefined;
    known.schema ??= buildSchema(known.sdl, { assumeValid: true, assumeValidSDL: true });
    return known.schema;
  }
}
