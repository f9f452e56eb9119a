// Executes operations by compiled plans. Apollo's gateway composes and plans as before. Each operation's plan is compiled once
// into functions (compiled-plan.ts, response-shape.ts). Apollo's own executor executes what cannot be compiled, and the gateway
// counts the reasons.
import type { Experimental_DidResolveQueryPlanCallback } from '@apollo/gateway';
import type { PlanNode, QueryPlan } from '@apollo/query-planner';
import type {
  GatewayExecutionResult,
  GatewayExecutor,
  GatewayGraphQLRequestContext,
  GatewayInterface,
} from '@apollo/server-gateway-interface';
import { type DocumentNode, type GraphQLSchema, getVariableValues } from 'graphql';
import type { LRUCache } from 'lru-cache';
import { indexFragments } from '../fragments.ts';
import type { JsonObject } from '../json-object.ts';
import { createOperationCache } from '../operation-cache.ts';
import { findFetches } from '../plan/fetched-fields.ts';
import { createPlanner, type Planner } from '../plan/planner.ts';
import type { SerialPlan } from '../plan/serial-mutations.ts';
import { wrapExecutor } from '../wrap-executor.ts';
import {
  type CompiledNode,
  compilePlanNode,
  NotCompiled,
  type PlanExecution,
  type SendFetch,
} from './compiled-plan.ts';
import {
  addIntrospection,
  executeIntrospection,
  extractIntrospection,
  isIntrospectionOnly,
} from './introspection.ts';
import { compileResponseShape, type ShapeResponse } from './response-shape.ts';

interface CompiledOperation {
  plan: QueryPlan;
  executePlan: CompiledNode;
  shapeResponse: ShapeResponse;
  /** The selections of `__schema` and `__type`, which graphql-js executes. */
  introspection: DocumentNode | undefined;
  sourceLength: number;
}

/** The planner and the compiled operations of one supergraph. Another supergraph cannot use them. */
interface GraphPlans {
  planner: Planner;
  compiled: LRUCache<string, CompiledOperation | NotCompiled>;
}

export interface CompiledPlansOptions {
  sendFetch: SendFetch;
  /** Called with each plan before its execution, as Apollo's gateway does. */
  onPlan: Experimental_DidResolveQueryPlanCallback;
  onCompiled: () => void;
  /** Called with the reason each time that Apollo's own executor executes an operation. */
  onFallback: (reason: string) => void;
}

type FindCompiled = (request: GatewayGraphQLRequestContext) => CompiledOperation | NotCompiled;

export function wrapWithCompiledPlans(
  gateway: GatewayInterface,
  options: CompiledPlansOptions,
): GatewayInterface {
  // By schema: an operation that is under way ends with the supergraph that it began with.
  const plansBySchema = new WeakMap<GraphQLSchema, GraphPlans>();
  gateway.onSchemaLoadOrUpdate(({ apiSchema, coreSupergraphSdl }) => {
    const compiled = createOperationCache<CompiledOperation | NotCompiled>(getSize);
    plansBySchema.set(apiSchema, { planner: createPlanner(coreSupergraphSdl), compiled });
  });
  const findCompiled: FindCompiled = (request) => {
    const plans = plansBySchema.get(request.schema);
    if (plans === undefined) return new NotCompiled('unknown graph');
    const key = `${request.queryHash} ${request.operationName ?? ''}`;
    let found = plans.compiled.get(key);
    if (found === undefined) {
      found = compileOperation(plans.planner, options, request);
      plans.compiled.set(key, found);
    }
    return found;
  };
  return wrapExecutor(gateway, (executor) => createExecutor(findCompiled, executor, options));
}

function createExecutor(
  findCompiled: FindCompiled,
  apolloExecutor: GatewayExecutor,
  { onPlan, onCompiled, onFallback }: CompiledPlansOptions,
): GatewayExecutor {
  return async (request) => {
    if (isIntrospectionOnly(request.operation)) return executeIntrospection(request, request.document);
    const found = findCompiled(request);
    if (found instanceof NotCompiled) {
      onFallback(found.message);
      return apolloExecutor(request);
    }
    onCompiled();
    return execute(found, request, onPlan);
  };
}

function compileOperation(
  planner: Planner,
  { sendFetch }: CompiledPlansOptions,
  request: GatewayGraphQLRequestContext,
): CompiledOperation | NotCompiled {
  const { schema, document, operation, operationName } = request;
  try {
    const plan = planner.plan(document, operationName);
    return {
      plan,
      executePlan: compilePlan(plan, planner.supergraphSchema, sendFetch, request),
      shapeResponse: compileResponseShape(schema, operation, indexFragments(document)),
      introspection: extractIntrospection(request),
      sourceLength: request.source.length,
    };
  } catch (cause) {
    if (cause instanceof NotCompiled) return cause;
    throw cause;
  }
}

/** In characters, beside the key: the response shape holds the operation's text, and each compiled fetch holds its own text. */
function getSize(found: CompiledOperation | NotCompiled): number {
  if (found instanceof NotCompiled) return 0;
  const fetches = findFetches(found.plan.node as PlanNode | undefined);
  return fetches.reduce((sum, { node }) => sum + node.operation.length, found.sourceLength);
}

/**
 * A series of mutations ends when the response of one of them becomes null because a field of it may not be null. graphql-js
 * does not execute the mutations after it either.
 */
function compilePlan(
  { node, series }: SerialPlan,
  supergraphSchema: GraphQLSchema,
  sendFetch: SendFetch,
  { schema, document }: GatewayGraphQLRequestContext,
): CompiledNode {
  if (series === undefined) return compilePlanNode(node, supergraphSchema, sendFetch);
  const fragments = indexFragments(document);
  const mutations = series.map((part) => ({
    executeMutation: compilePlanNode(part.node, supergraphSchema, sendFetch),
    shapeResponse: compileResponseShape(schema, part.operation, fragments),
  }));
  return async (execution) => {
    for (const { executeMutation, shapeResponse } of mutations) {
      await executeMutation(execution);
      if (shapeResponse(execution.data, () => {}) === null) return;
    }
  };
}

async function execute(
  { plan, executePlan, shapeResponse, introspection }: CompiledOperation,
  request: GatewayGraphQLRequestContext,
  onPlan: CompiledPlansOptions['onPlan'],
): Promise<GatewayExecutionResult> {
  const { schema, operation, document } = request;
  const variables: JsonObject = request.request.variables ?? {};
  const { errors } = getVariableValues(schema, operation.variableDefinitions ?? [], variables);
  if (errors !== undefined) return { errors };
  const fragments = Object.fromEntries(indexFragments(document));
  const operationContext = { schema, operation, fragments };
  onPlan({ queryPlan: plan, serviceMap: {}, requestContext: request as never, operationContext });
  const execution: PlanExecution = { request, variables, data: {}, errors: [] };
  await executePlan(execution);
  if (introspection !== undefined) await addIntrospection(execution.data, request, introspection);
  // Apollo's executor reports the same problems under the same name. gateway/response/finalize-response.ts reads them.
  const valueCompletion: { message: string; path: (string | number)[] }[] = [];
  const data = shapeResponse(execution.data, (message, path) =>
    valueCompletion.push({ message, path: [...path] }),
  );
  if (execution.errors.length > 0) return { data, errors: execution.errors };
  return valueCompletion.length > 0 ? { data, extensions: { valueCompletion } } : { data };
}
