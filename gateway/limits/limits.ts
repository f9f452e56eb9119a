// Enforces the limits of an operation at its place in Apollo's pipeline: before validation, planning or any subgraph call.
// Apollo parses and validates a document unless a plugin has set one. This plugin sets every document, so that a refusal costs
// no more than finding its reason. Apollo gets a refused document as one without operations, and the plugin throws its errors
// from `didResolveOperation`, the first hook whose errors Apollo sends to the client.
import type { ApolloServerPlugin, GraphQLRequestContext } from '@apollo/server';
import type { DocumentNode, GraphQLError, GraphQLSchema } from 'graphql';
import { convertVariables } from '../../platform/values/exact-values.ts';
import type { GatewayContext } from '../context.ts';
import type { GatewaySettings } from '../settings/settings.ts';
import { Documents } from './documents.ts';
import { toRefusal } from './refusal.ts';

export interface LimitsOptions {
  settings: GatewaySettings;
  isProduction: boolean;
}

/** Needs `documentStore: null`: a document from Apollo's own store would replace the one that this plugin sets. */
export function createLimitsPlugin({
  settings,
  isProduction,
}: LimitsOptions): ApolloServerPlugin<GatewayContext> {
  // A request keeps the schema that it began with while the gateway loads another one.
  const documentsBySchema = new WeakMap<GraphQLSchema, Documents>();
  return {
    serverWillStart: async () => ({
      schemaDidLoadOrUpdate: ({ apiSchema: schema, coreSupergraphSdl: supergraphSdl = '' }) => {
        documentsBySchema.set(schema, new Documents({ schema, supergraphSdl, isProduction, settings }));
      },
    }),
    requestDidStart: async ({ schema }) => {
      const documents = documentsBySchema.get(schema);
      if (documents === undefined) throw new Error('Apollo did not announce this schema');
      let refusals: readonly GraphQLError[] = [];
      return {
        didResolveSource: async (context) => {
          const { variables } = context.contextValue.state;
          if (variables !== undefined) context.request.variables = variables;
          const read = documents.read(context.source);
          refusals = read.refusals.map(toRefusal);
          setDocument(context, read.document);
        },
        didResolveOperation: async ({ document, operation, request }) => {
          // Subgraphs get the variables of the request, and so the values that this gateway has judged.
          if (request.variables !== undefined)
            request.variables = convertVariables(
              schema,
              operation?.variableDefinitions ?? [],
              request.variables,
            );
          if (refusals.length === 0) refusals = documents.check(document, operation, request.variables ?? {});
          const [first] = refusals;
          if (first !== undefined) throw first;
        },
        // Apollo sends one error of `didResolveOperation`. The others are added to the list that it is about to send.
        didEncounterErrors: async ({ errors }) => {
          if (errors[0] !== undefined && errors[0] === refusals[0]) {
            (errors as GraphQLError[]).push(...refusals.slice(1));
          }
        },
      };
    },
  };
}

/** Apollo's types do not let a plugin set the document, but its pipeline looks whether there is one. */
function setDocument(context: GraphQLRequestContext<GatewayContext>, document: DocumentNode): void {
  (context as { document: DocumentNode }).document = document;
}
