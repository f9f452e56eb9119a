// Executes operations by compiled plans. Apollo's gateway composes and plans as before; each operation's plan is compiled
// once into functions (steps.ts, shape.ts). What they do not cover, Apollo's own executor carries out, counted by reason.
import type { ApolloGateway, Experimental_DidResolveQueryPlanCallback } from '@apollo/gateway';
import type { QueryPlan } from '@apollo/query-planner';
import type {
  GatewayExecutionResult,
  GatewayExecutor,
  GatewayGraphQLRequestContext,
  GatewayInterface,
} from '@apollo/server-gateway-interface';
import {
  execute as executeLocally,
  type GraphQLSchema,
  getVariableValues,
  Kind,
  type SelectionNode,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Raw } from '../fetch/json-object.ts';
import { type Planner, plannerOf } from './planner.ts';
import { fragmentsOf } from './selections.ts';
import { compileShape, type ShapeAnswer } from './shape.ts';
import { compileSteps, type Fetch, NotCompiled, type Run, type Step } from './steps.ts';

/** Operations kept compiled. A front-end has few; an adversary's only push each other out. */
const rememberedOperations = 1_000;

interface CompiledOperation {
  plan: QueryPlan;
  step: Step;
  shape: ShapeAnswer;
}

/** One graph: its plans are of no use to another. */
interface Graph {
  planner: Planner;
  compiled: LRUCache<string, CompiledOperation | NotCompiled>;
}

export interface CompiledGatewayOptions {
  fetch: Fetch;
  /** Told of each plan before it is carried out, as by Apollo's gateway. */
  onPlan: Experimental_DidResolveQueryPlanCallback;
  /** Told why Apollo's own executor had to carry out an operation, each time. */
  onFallback: (reason: string) => void;
}

type Inner = Pick<ApolloGateway, 'onSchemaLoadOrUpdate' | 'stop'> & Pick<GatewayInterface, 'load'>;

export function compiledGateway(inner: Inner, options: CompiledGatewayOptions): Inner {
  // By schema: an operation under way ends with the graph that it began with.
  const graphs = new WeakMap<GraphQLSchema, Graph>();
  inner.onSchemaLoadOrUpdate(({ apiSchema, coreSupergraphSdl }) => {
    const compiled = new LRUCache<string, CompiledOperation | NotCompiled>({ max: rememberedOperations });
    graphs.set(apiSchema, { planner: plannerOf(coreSupergraphSdl), compiled });
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
  return {
    load: async (loading) => {
      const { executor } = await inner.load(loading);
      return { executor: executor && executeBy(find, executor, options) };
    },
    onSchemaLoadOrUpdate: (listener) => inner.onSchemaLoadOrUpdate(listener),
    stop: () => inner.stop(),
  };
}

function executeBy(
  find: (request: GatewayGraphQLRequestContext) => CompiledOperation | NotCompiled,
  stock: GatewayExecutor,
  { onPlan, onFallback }: CompiledGatewayOptions,
): GatewayExecutor {
  return async (request) => {
    if (request.operation.selectionSet.selections.every(isAboutTheSchema)) return introspect(request);
    const found = find(request);
    if (!(found instanceof NotCompiled)) return execute(found, request, onPlan);
    onFallback(found.message);
    return stock(request);
  };
}

function compile(
  planner: Planner,
  { fetch }: CompiledGatewayOptions,
  { schema, document, operation, operationName }: GatewayGraphQLRequestContext,
): CompiledOperation | NotCompiled {
  if (operation.selectionSet.selections.some(mayBeAboutTheSchema)) return new NotCompiled('introspection');
  try {
    const plan = planner.plan(document, operationName);
    return {
      plan,
      step: compileSteps(plan.node, planner.supergraphSchema, fetch),
      shape: compileShape(schema, operation, fragmentsOf(document)),
    };
  } catch (cause) {
    if (cause instanceof NotCompiled) return cause;
    throw cause;
  }
}

function isAboutTheSchema(node: SelectionNode): boolean {
  return node.kind === Kind.FIELD && (node.name.value === '__schema' || node.name.value === '__type');
}

/** Beside other fields, or in a fragment where it might be. */
function mayBeAboutTheSchema(node: SelectionNode): boolean {
  if (node.kind === Kind.FRAGMENT_SPREAD) return true;
  if (node.kind === Kind.INLINE_FRAGMENT) return node.selectionSet.selections.some(mayBeAboutTheSchema);
  return isAboutTheSchema(node);
}

/** No subgraph is asked: graphql-js knows all that there is to know about a schema. */
async function introspect(request: GatewayGraphQLRequestContext): Promise<GatewayExecutionResult> {
  const { schema, document, operationName } = request;
  return (await executeLocally({
    schema,
    document,
    operationName,
    variableValues: request.request.variables,
  })) as GatewayExecutionResult;
}

async function execute(
  { plan, step, shape }: CompiledOperation,
  request: GatewayGraphQLRequestContext,
  onPlan: CompiledGatewayOptions['onPlan'],
): Promise<GatewayExecutionResult> {
  const { schema, operation, document } = request;
  const variables: Raw = request.request.variables ?? {};
  const { errors } = getVariableValues(schema, operation.variableDefinitions ?? [], variables);
  if (errors !== undefined) return { errors };
  const fragments = Object.fromEntries(fragmentsOf(document));
  const operationContext = { schema, operation, fragments };
  onPlan({ queryPlan: plan, serviceMap: {}, requestContext: request as never, operationContext });
  const run: Run = { request, variables, data: {}, errors: [] };
  await step(run);
  const notes: { message: string; path: (string | number)[] }[] = [];
  const data = shape(run.data, (message, path) => notes.push({ message, path: [...path] }));
  if (run.errors.length > 0) return { data, errors: run.errors };
  return notes.length > 0 ? { data, extensions: { valueCompletion: notes } } : { data };
}
