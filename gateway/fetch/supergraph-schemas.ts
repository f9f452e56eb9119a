// The supergraph's own schema, with what clients cannot see, behind each schema that clients do see. By object: a request that
// began before the graph changed ends with the schema that it began with.
import { buildSchema, type GraphQLSchema } from 'graphql';

export class SupergraphSchemas {
  readonly #known = new WeakMap<GraphQLSchema, { sdl: string; schema?: GraphQLSchema }>();

  add(apiSchema: GraphQLSchema, sdl: string): void {
    this.#known.set(apiSchema, { sdl });
  }

  /** Made when it is asked for first. Undefined for a schema that was never added. */
  get(apiSchema: GraphQLSchema | undefined): GraphQLSchema | undefined {
    const known = apiSchema && this.#known.get(apiSchema);
    if (known === undefined) return undefined;
    known.schema ??= buildSchema(known.sdl, { assumeValid: true, assumeValidSDL: true });
    return known.schema;
  }
}
