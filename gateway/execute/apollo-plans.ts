// Passes a plan to Apollo's own executor, which would otherwise plan the operation itself, on the main thread and without bounds.
import type { QueryPlan, QueryPlannerConfig } from '@apollo/query-planner';
import type {
  GatewayExecutionResult,
  GatewayExecutor,
  GatewayGraphQLRequestContext,
} from '@apollo/server-gateway-interface';

export interface ApolloPlans {
  /** The cache of plans for Apollo's gateway. */
  cache: NonNullable<QueryPlannerConfig['cache']>;
  executeWith: (
    executor: GatewayExecutor,
    request: GatewayGraphQLRequestContext,
    plan: QueryPlan,
  ) => Promise<GatewayExecutionResult>;
}

/** Apollo's executor reads its cache before it first waits for anything: so one place for a plan is enough. */
export function createApolloPlans(): ApolloPlans {
  let passed: QueryPlan | undefined;
  return {
    cache: {
      get: async () => {
        if (passed === undefined) throw new Error('Apollo would plan an operation itself');
        return passed;
      },
      set: async () => {},
      delete: async () => {},
      clear: () => {},
    },
    executeWith: (executor, request, plan) => {
      passed = plan;
      try {
        return executor(request);
      } finally {
        passed = undefined;
      }
    },
  };
}
