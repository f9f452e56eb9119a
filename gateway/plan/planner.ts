// Plans operations over one supergraph with Apollo's query planner. The fetches of a plan are put into order (order-fetches.ts),
// and mutations run one after the other (serial-mutations.ts). The gateway, in its planner threads (gateway/planning/), and the
// contracts both plan here, so that their plans are the same. How long an operation takes is not bounded here.
import { type Operation, operationFromDocument, Supergraph } from '@apollo/federation-internals';
import { type QueryPlan, QueryPlanner, type QueryPlannerConfig } from '@apollo/query-planner';
import { type DocumentNode, GraphQLError, type GraphQLSchema } from 'graphql';
import { orderFetches } from './order-fetches.ts';
import { readRequiredFields } from './required-fields.ts';
import { planSerially, type SerialPlan } from './serial-mutations.ts';

/** Fetches do not reuse the client's fragments: each field then stands in the text of a fetch where it is selected. */
export const plannerConfig: QueryPlannerConfig = { reuseQueryFragments: false };

export interface Planner {
  /** Throws GraphQLError for an operation that does not match the API schema, or that cannot be planned. */
  plan: (document: DocumentNode, operationName?: string | null) => SerialPlan;
  /** With the @inaccessible fields and types, which clients cannot see. Built each time that it is read. */
  readonly supergraphSchema: GraphQLSchema;
}

export function createPlanner(supergraphSdl: string): Planner {
  const supergraph = Supergraph.build(supergraphSdl);
  const apiSchema = supergraph.apiSchema();
  const buildPlan = createRetryingPlanner(supergraph);
  const required = readRequiredFields(supergraphSdl);
  return {
    plan: (document, operationName) => {
      const named = operationName ? { operationName } : {};
      return planSerially(document, operationName, (part) => {
        const plan = buildPlan(operationFromDocument(apiSchema, part, named));
        orderFetches(plan, required);
        return plan;
      });
    },
    get supergraphSchema() {
      return supergraph.schema.toGraphQLJSSchema();
    },
  };
}

/**
 * Apollo's planner compares several plans for an operation, and throws on one of them for some operations over @interfaceObject
 * ("is a child of … adding it as parent"). The second planner evaluates one plan only: it may need a fetch more.
 */
function createRetryingPlanner(supergraph: Supergraph): (operation: Operation) => QueryPlan {
  const planner = new QueryPlanner(supergraph, plannerConfig);
  let singlePlanPlanner: QueryPlanner | undefined;
  return (operation) => {
    try {
      return planner.buildQueryPlan(operation);
    } catch (cause) {
      if (cause instanceof GraphQLError) throw cause;
      singlePlanPlanner ??= new QueryPlanner(supergraph, {
        ...plannerConfig,
        debug: { maxEvaluatedPlans: 1 },
      });
      return singlePlanPlanner.buildQueryPlan(operation);
    }
  };
}
