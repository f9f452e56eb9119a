// Apollo's query planner over one supergraph, with the configuration that the gateway uses and its plans put into order
// (requires-in-order.ts). Whoever needs a plan (the compiled executor, the contracts) gets it here, so that all speak of the
// same one.
import { operationFromDocument, Supergraph } from '@apollo/federation-internals';
import { type QueryPlan, QueryPlanner } from '@apollo/query-planner';
import type { DocumentNode, GraphQLSchema } from 'graphql';
import { requiredFields } from './required-fields.ts';
import { putInOrder } from './requires-in-order.ts';

export interface Planner {
  /** Throws GraphQLError for an operation that does not fit the graph, or for which there is no plan. */
  plan: (document: DocumentNode, operationName?: string | null) => QueryPlan;
  /** With what clients cannot see. */
  supergraphSchema: GraphQLSchema;
}

export function plannerOf(supergraphSdl: string): Planner {
  const supergraph = Supergraph.build(supergraphSdl);
  const apiSchema = supergraph.apiSchema();
  const planner = new QueryPlanner(supergraph);
  const required = requiredFields(supergraphSdl);
  return {
    plan: (document, operationName) => {
      const named = operationName ? { operationName } : {};
      const plan = planner.buildQueryPlan(operationFromDocument(apiSchema, document, named));
      putInOrder(plan, required);
      return plan;
    },
    supergraphSchema: supergraph.schema.toGraphQLJSSchema(),
  };
}
