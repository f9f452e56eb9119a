// Apollo's query planner over one supergraph, as the gateway uses it: its plans put into order (order-fetches.ts), and
// mutations one after the other (serial-mutations.ts). Whoever needs a plan (the compiled executor, the contracts) gets it
// here, so that all speak of the same one.
import { type Operation, operationFromDocument, Supergraph } from '@apollo/federation-internals';
import { type QueryPlan, QueryPlanner, type QueryPlannerConfig } from '@apollo/query-planner';
import { type DocumentNode, GraphQLError, type GraphQLSchema } from 'graphql';
import { orderFetches } from './order-fetches.ts';
import { readRequiredFields } from './required-fields.ts';
import { planSerially, type SerialPlan } from './serial-mutations.ts';

/** Without the client's fragments in fetches: what a fetch asks for then stands where it is asked for. */
export const plannerConfig: QueryPlannerConfig = { reuseQueryFragments: false };

export interface Planner {
  /** Throws GraphQLError for an operation that does not fit the graph, or for which there is no plan. */
  plan: (document: DocumentNode, operationName?: string | null) => SerialPlan;
  /** With what clients cannot see. */
  supergraphSchema: GraphQLSchema;
}

export function createPlanner(supergraphSdl: string): Planner {
  const supergraph = Supergraph.build(supergraphSdl);
  const apiSchema = supergraph.apiSchema();
  const planner = createRetryingPlanner(supergraph);
  const required = readRequiredFields(supergraphSdl);
  return {
    plan: (document, operationName) => {
      const named = operationName ? { operationName } : {};
      return planSerially(document, operationName, (one) => {
        const plan = planner(operationFromDocument(apiSchema, one, named));
        orderFetches(plan, required);
        return plan;
      });
    },
    supergraphSchema: supergraph.schema.toGraphQLJSSchema(),
  };
}

/**
 * Apollo's planner weighs ways against each other, and of some operations over @interfaceObject it contradicts itself on one
 * of them ("is a child of … adding it as parent"). It then gets to see one way only: the plan may take a fetch more.
 */
function createRetryingPlanner(supergraph: Supergraph): (operation: Operation) => QueryPlan {
  const planner = new QueryPlanner(supergraph, plannerConfig);
  let ofOneWay: QueryPlanner | undefined;
  return (operation) => {
    try {
      return planner.buildQueryPlan(operation);
    } catch (cause) {
      if (cause instanceof GraphQLError) throw cause;
      ofOneWay ??= new QueryPlanner(supergraph, { ...plannerConfig, debug: { maxEvaluatedPlans: 1 } });
      return ofOneWay.buildQueryPlan(operation);
    }
  };
}
