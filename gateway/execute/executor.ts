// Executes operations by compiled plans. Apollo's gateway composes and plans as before; each operation's plan is compiled
// once into functions (compiled-plan.ts, response-shape.ts). What they do not cover, Apollo's own executor carries out, counted by reason.
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
  step: CompiledNode;
  shape: ShapeResponse;
  /** The part that no subgraph is asked for. */
  aboutSchema: DocumentNode | undefined;
  sourceLength: number;
}

/** One graph: its plans are of no use to another. */
interface Graph {
  planner: Planner;
  compiled: LRUCache<string, CompiledOperation | NotCompiled>;
}

export interface CompiledPlansOptions {
  sendFetch: SendFetch;
  /** Told of each plan before it is carried out, as by Apollo's gateway. */
  onPlan: Experimental_DidResolveQueryPlanCallback;
  onCompiled: () => void;
  /** Told why Apollo's own executor had to carry out an operation, each time. */
  onFallback: (reason: string) => void;
}

export function wrapWithCompiledPlans(
  inner: GatewayInterface,
  options: CompiledPlansOptions,
): GatewayInterface {
  // By schema: an operation under way ends with the graph that it began with.
  const graphs = new WeakMap<GraphQLSchema, Graph>();
  inner.onSchemaLoadOrUpdate(({ apiSchema, coreSupergraphSdl }) => {
    const compiled = createOperationCache<CompiledOperation | NotCompiled>(sizeOf);
    graphs.set(apiSchema, { planner: createPlanner(coreSupergraphSdl), compiled });
  });
  const find = (request: GatewayGraphQLRequestContext): CompiledOperation | NotCompiled => {
    const graph = graphs.get(request.schema);
    if (graph === undefined) return new NotCompiled('unknown graph');
    const key = `${request.queryHash} ${request.operationName ?? ''}`;
    let found = graph.compiled.get(key);
    if (found === undefined) {
      found = compile(graph.planner, options, request);
      graph.compiled.set(key, found);
    }
    return found;
  };
  return wrapExecutor(inner, (executor) => executeBy(find, executor, options));
}

function executeBy(
  find: (request: GatewayGraphQLRequestContext) => CompiledOperation | NotCompiled,
  stock: GatewayExecutor,
  { onPlan, onCompiled, onFallback }: CompiledPlansOptions,
): GatewayExecutor {
  return async (request) => {
    if (isIntrospectionOnly(request.operation)) return executeIntrospection(request, request.document);
    const found = find(request);
    if (found instanceof NotCompiled) {
      onFallback(found.message);
      return stock(request);
    }
    onCompiled();
    return execute(found, request, onPlan);
  };
}

function compile(
  planner: Planner,
  { sendFetch: fetch }: CompiledPlansOptions,
  request: GatewayGraphQLRequestContext,
): CompiledOperation | NotCompiled {
  const { schema, document, operation, operationName } = request;
  try {
    const plan = planner.plan(document, operationName);
    return {
      plan,
      step: compilePlan(plan, planner.supergraphSchema, fetch, request),
      shape: compileResponseShape(schema, operation, indexFragments(document)),
      aboutSchema: extractIntrospection(request),
      sourceLength: request.source.length,
    };
  } catch (cause) {
    if (cause instanceof NotCompiled) return cause;
    throw cause;
  }
}

/** What an operation takes beside its key: its text is held by its shape, and each fetch's by what asks for it. */
function sizeOf(found: CompiledOperation | NotCompiled): number {
  if (found instanceof NotCompiled) return 0;
  const texts = findFetches(found.plan.node as PlanNode | undefined).map(({ node }) => node.operation.length);
  return texts.reduce((sum, length) => sum + length, found.sourceLength);
}

/** Mutations in a series end with the first that is lost and may not be: as in graphql-js, the others do not happen. */
function compilePlan(
  { node, series }: SerialPlan,
  supergraph: GraphQLSchema,
  fetch: SendFetch,
  { schema, document }: GatewayGraphQLRequestContext,
): CompiledNode {
  if (series === undefined) return compilePlanNode(node, supergraph, fetch);
  const fragments = indexFragments(document);
  const parts = series.map((part) => ({
    step: compilePlanNode(part.node, supergraph, fetch),
    shape: compileResponseShape(schema, part.operation, fragments),
  }));
  return async (run) => {
    for (const { step, shape } of parts) {
      await step(run);
      if (shape(run.data, () => {}) === null) return;
    }
  };
}

async function execute(
  { plan, step, shape, aboutSchema }: CompiledOperation,
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
  const run: PlanExecution = { request, variables, data: {}, errors: [] };
  await step(run);
  if (aboutSchema !== undefined) await addIntrospection(run.data, request, aboutSchema);
  const notes: { message: string; path: (string | number)[] }[] = [];
  const data = shape(run.data, (message, path) => notes.push({ message, path: [...path] }));
  if (run.errors.length > 0) return { data, errors: run.errors };
  return notes.length > 0 ? { data, extensions: { valueCompletion: notes } } : { data };
}
