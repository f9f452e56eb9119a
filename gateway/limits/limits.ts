// What an operation may ask for, at its place in Apollo's pipeline: before validation, planning or any subgraph sees it.
// Apollo parses and validates a document unless a plugin has brought one: this plugin brings every document, so that what
// is refused costs no more than finding that out. A refused one runs as a document without operations, and its errors are
// thrown from the first hook from which Apollo answers them.
import type { ApolloServerPlugin, BaseContext, GraphQLRequestContext } from '@apollo/server';
import type { DocumentNode, GraphQLError, GraphQLSchema } from 'graphql';
import type { GatewaySettings } from '../settings/settings.ts';
import { Documents } from './documents.ts';

/** Needs `documentStore: null`: Apollo's own would take the place of what is brought here. */
export function limits(settings: GatewaySettings, isProduction: boolean): ApolloServerPlugin<BaseContext> {
  // A request keeps the graph it began with while another is loaded.
  const graphs = new WeakMap<GraphQLSchema, Documents>();
  return {
    serverWillStart: async () => ({
      schemaDidLoadOrUpdate: ({ apiSchema: schema, coreSupergraphSdl: supergraphSdl = '' }) => {
        graphs.set(schema, new Documents({ schema, supergraphSdl, isProduction, settings }));
      },
    }),
    requestDidStart: async ({ schema }) => {
      const documents = graphs.get(schema);
      if (documents === undefined) throw new Error('this graph was never announced');
      let refused: readonly GraphQLError[] = [];
      return {
        didResolveSource: async (context) => {
          const { document, errors } = documents.read(context.source);
          refused = errors;
          bring(context, document);
        },
        didResolveOperation: async ({ document, operation, request }) => {
          if (refused.length === 0) refused = documents.check(document, operation, request.variables ?? {});
          const [first] = refused;
          if (first !== undefined) throw first;
        },
        // Apollo answers one error of that hook; the others join it in the list that it is about to send.
        didEncounterErrors: async ({ errors }) => {
          if (errors[0] !== undefined && errors[0] === refused[0]) {
            (errors as GraphQLError[]).push(...refused.slice(1));
          }
        },
      };
    },
  };
}

/** Apollo's types keep the document from plugins; its pipeline asks whether there is one. */
function bring(context: GraphQLRequestContext<BaseContext>, document: DocumentNode): void {
  (context as { document: DocumentNode }).document = document;
}
