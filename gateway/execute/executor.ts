// Plans and executes operations. Apollo's gateway composes as before; it plans nothing (gateway/planning/). Each operation's plan is
// compiled once into functions (compiled-plan.ts, response-shape.ts). Apollo's own executor executes what cannot be compiled, and
// the gateway counts the reasons.
import type { Experimental_DidResolveQueryPlanCallback } from '@apollo/gateway';
import type { PlanNode } from '@apollo/query-planner';
import type {
  GatewayExecutionResult,
  GatewayExecutor,
  GatewayGraphQLRequestContext,
  GatewayInterface,
} from '@apollo/server-gateway-interface';
import { type DocumentNode, type GraphQLSchema, getVariableValues } from 'graphql';
import type { LRUCache } from 'lru-cache';
import type { GatewayContext } from '../context.ts';
import type { SupergraphSchemas } from '../fetch/supergraph-schemas.ts';
import { indexFragments } from '../fragments.ts';
import type { JsonObject } from '../json-object.ts';
import { createOperationCache } from '../operation-cache.ts';
import { findFetches } from '../plan/fetched-fields.ts';
import type { SerialPlan } from '../plan/serial-mutations.ts';
import type { PlannedGraph } from '../planning/messages.ts';
import type { Planning } from '../planning/planning.ts';
import { wrapExecutor } from '../wrap-executor.ts';
import type { ApolloPlans } from './apollo-plans.ts';
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

interface CompiledPlan {
  executePlan: CompiledNode;
  shapeResponse: ShapeResponse;
  /** The selections of `__schema` and `__type`, which graphql-js executes. */
  introspection: DocumentNode | undefined;
}

interface PlannedOperation {
  plan: SerialPlan;
  compiled: CompiledPlan | NotCompiled;
  sourceLength: number;
}

/** The operations of one supergraph. Another supergraph cannot use them. */
interface GraphPlans {
  graph: PlannedGraph;
  operations: LRUCache<string, PlannedOperation>;
}

export interface PlansOptions {
  planning: Planning;
  schemas: SupergraphSchemas;
  apolloPlans: ApolloPlans;
  /** False when Apollo's own executor executes every operation. */
  isCompiling: boolean;
  sendFetch: SendFetch;
  /** Called with each plan before its execution, as Apollo's gateway does. */
  onPlan: Experimental_DidResolveQueryPlanCallback;
  onCompiled: () => void;
  /** Called with the reason each time that Apollo's own executor executes an operation that should have been compiled. */
  onFallback: (reason: string) => void;
}

export function wrapWithPlans(gateway: GatewayInterface, options: PlansOptions): GatewayInterface {
  // By schema: an operation that is under way ends with the supergraph that it began with.
  const plansBySchema = new WeakMap<GraphQLSchema, GraphPlans>();
  gateway.onSchemaLoadOrUpdate(({ apiSchema, coreSupergraphSdl }) => {
    const graph = options.planning.addGraph(coreSupergraphSdl);
    plansBySchema.set(apiSchema, { graph, operations: createOperationCache(getSize) });
  });
  return wrapExecutor(gateway, (apolloExecutor) => async (request) => {
    if (isIntrospectionOnly(request.operation)) return executeIntrospection(request, request.document);
    const plans = plansBySchema.get(request.schema);
    if (plans === undefined) throw new Error('Apollo did not announce this schema');
    const key = `${request.queryHash} ${request.operationName ?? ''}`;
    const known = plans.operations.get(key);
    const found = known ?? (await planOperation(plans, key, request, options));
    return execute(found, request, apolloExecutor, options);
  });
}

async function planOperation(
  { graph, operations }: GraphPlans,
  key: string,
  request: GatewayGraphQLRequestContext,
  options: PlansOptions,
): Promise<PlannedOperation> {
  const { document, operationName, context } = request;
  const { signal, address } = context as GatewayContext;
  const named = operationName ?? undefined;
  const plan = await options.planning.plan(graph, document, named, { signal, address });
  // Requests that waited for the same plan share the operation as well.
  let operation = operations.get(key);
  if (operation === undefined) {
    const compiled = compileOperation(plan, options, request);
    operation = { plan, compiled, sourceLength: request.source.length };
    operations.set(key, operation);
  }
  return operation;
}

function compileOperation(
  plan: SerialPlan,
  { sendFetch, schemas, isCompiling }: PlansOptions,
  request: GatewayGraphQLRequestContext,
): CompiledPlan | NotCompiled {
  const { schema, document, operation } = request;
  if (!isCompiling) return new NotCompiled('COMPILED_PLANS');
  const supergraphSchema = schemas.get(schema);
  if (supergraphSchema === undefined) throw new Error('Apollo did not announce this schema');
  try {
    return {
      executePlan: compilePlan(plan, supergraphSchema, sendFetch, request),
      shapeResponse: compileResponseShape(schema, operation, indexFragments(document)),
      introspection: extractIntrospection(request),
    };
  } catch (cause) {
    if (cause instanceof NotCompiled) return cause;
    throw cause;
  }
}

/** In characters, beside the key: the response shape holds the operation's text, and each compiled fetch holds its own text. */
function getSize({ plan, sourceLength }: PlannedOperation): number {
  const fetches = findFetches(plan.node as PlanNode | undefined);
  return fetches.reduce((sum, { node }) => sum + node.operation.length, sourceLength);
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
  { plan, compiled }: PlannedOperation,
  request: GatewayGraphQLRequestContext,
  apolloExecutor: GatewayExecutor,
  options: PlansOptions,
): Promise<GatewayExecutionResult> {
  if (compiled instanceof NotCompiled) {
    if (options.isCompiling) options.onFallback(compiled.message);
    return options.apolloPlans.executeWith(apolloExecutor, request, plan);
  }
  options.onCompiled();
  return executeCompiled(plan, compiled, request, options.onPlan);
}

async function executeCompiled(
  plan: SerialPlan,
  { executePlan, shapeResponse, introspection }: CompiledPlan,
  request: GatewayGraphQLRequestContext,
  onPlan: PlansOptions['onPlan'],
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
