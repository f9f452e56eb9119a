// Compiles the nodes of a query plan into functions, once for each operation. A compiled node fetches from subgraphs and merges
// their data into the data of the execution. response-shape.ts selects from that data what the client asked for.
import type { FetchNode, PlanNode, QueryPlan } from '@apollo/query-planner';
import type { GatewayGraphQLRequestContext } from '@apollo/server-gateway-interface';
import { GraphQLError, type GraphQLSchema } from 'graphql';
import type { Operation, ResponseError, SubgraphResponse } from '../../platform/calls/call.ts';
import { getOwn, type JsonObject } from '../json-object.ts';
import type { ResponsePath } from '../response/response-path.ts';
import { findEntities, findEntityPaths } from './entity-paths.ts';
import { mergeInto } from './merge.ts';
import { type BuildRepresentation, compileRepresentation } from './representation.ts';
import { type ApplyRewrites, compileRewrites } from './rewrites.ts';

/** One execution of a plan, for one request of a client. */
export interface PlanExecution {
  request: GatewayGraphQLRequestContext;
  /** The client's variables. A fetch sends on those that it names. */
  variables: JsonObject;
  data: JsonObject;
  errors: GraphQLError[];
}

/**
 * Sends an operation to a subgraph, for the objects at an entity path. Never rejects: a lost call becomes a response with
 * errors.
 */
export type SendFetch = (
  subgraph: string,
  operation: Operation,
  request: GatewayGraphQLRequestContext,
  entityPath: readonly string[],
) => Promise<SubgraphResponse>;

export type CompiledNode = (execution: PlanExecution) => Promise<void> | void;

/** A plan that cannot be compiled: Apollo's own executor must execute it. */
export class NotCompiled extends Error {
  override name = 'NotCompiled';
}

/** Throws NotCompiled. The schema is the supergraph's own, including the types and fields that clients cannot see. */
export function compilePlanNode(
  node: QueryPlan['node'],
  schema: GraphQLSchema,
  sendFetch: SendFetch,
  entityPath: readonly string[] = [],
): CompiledNode {
  if (node === undefined) return () => {};
  const compileChild = (child: PlanNode | undefined) => compilePlanNode(child, schema, sendFetch, entityPath);
  switch (node.kind) {
    case 'Sequence':
      return inSequence(node.nodes.map(compileChild));
    case 'Parallel':
      return inParallel(node.nodes.map(compileChild));
    case 'Flatten':
      return compilePlanNode(node.node, schema, sendFetch, [...entityPath, ...node.path.map(String)]);
    case 'Fetch':
      return compileFetchNode(node, schema, sendFetch, entityPath);
    default:
      throw new NotCompiled(node.kind);
  }
}

function inSequence(nodes: readonly CompiledNode[]): CompiledNode {
  return async (execution) => {
    for (const node of nodes) await node(execution);
  };
}

function inParallel(nodes: readonly CompiledNode[]): CompiledNode {
  return async (execution) => {
    await Promise.all(nodes.map((node) => node(execution)));
  };
}

interface CompiledFetch {
  node: FetchNode;
  send: SendFetch;
  entityPath: readonly string[];
  buildRepresentation: BuildRepresentation;
  rewriteInput: ApplyRewrites | undefined;
  rewriteOutput: ApplyRewrites | undefined;
}

function compileFetchNode(
  node: FetchNode,
  schema: GraphQLSchema,
  send: SendFetch,
  entityPath: readonly string[],
): CompiledNode {
  if (node.contextRewrites !== undefined && node.contextRewrites.length > 0)
    throw new NotCompiled('@fromContext');
  const fetch: CompiledFetch = {
    node,
    send,
    entityPath,
    buildRepresentation: compileRepresentation(node.requires ?? [], schema),
    rewriteInput: compileRewrites(node.inputRewrites, schema),
    rewriteOutput: compileRewrites(node.outputRewrites, schema),
  };
  return node.requires === undefined
    ? (execution) => fetchRoot(fetch, execution)
    : (execution) => fetchEntities(fetch, execution);
}

/** Fetches root fields: those of the operation, or those of a Query that the payload of a mutation contains. */
async function fetchRoot(fetch: CompiledFetch, execution: PlanExecution): Promise<void> {
  const { entityPath } = fetch;
  const targets = entityPath.length === 0 ? [execution.data] : findEntities(execution.data, entityPath);
  if (targets.length === 0) return;
  const response = await sendOperation(fetch, execution, selectVariables(fetch, execution));
  const findPaths = () => (entityPath.length === 0 ? [[]] : findEntityPaths(execution.data, entityPath));
  for (const error of response.errors ?? [])
    for (const path of findPaths())
      execution.errors.push(toGraphQLError(fetch, error, [...path, ...(error.path ?? [])]));
  if (!response.data) return;
  fetch.rewriteOutput?.(response.data);
  for (const target of targets) mergeInto(target, response.data);
}

/**
 * Fetches the entities at the entity path, in the order of the data. fetch/deduplicate-representations.ts sends equal
 * representations once.
 */
async function fetchEntities(fetch: CompiledFetch, execution: PlanExecution): Promise<void> {
  const targets = findEntities(execution.data, fetch.entityPath);
  const representations: JsonObject[] = [];
  /** For each representation, the index of its target. A target without its key has no representation. */
  const targetIndexes: number[] = [];
  for (const [index, target] of targets.entries()) {
    const representation = fetch.buildRepresentation(target);
    if (representation === null) continue;
    fetch.rewriteInput?.(representation);
    representations.push(representation);
    targetIndexes.push(index);
  }
  if (representations.length === 0) return;
  const response = await sendOperation(fetch, execution, {
    ...selectVariables(fetch, execution),
    representations,
  });
  if (response.errors !== undefined) reportErrors(fetch, execution, targetIndexes, response.errors);
  const entities = response.data?._entities;
  if (!Array.isArray(entities)) return;
  for (const [index, targetIndex] of targetIndexes.entries()) {
    const [entity, target] = [entities[index], targets[targetIndex]];
    if (entity === null || entity === undefined || target === undefined) continue;
    // The target may know a more concrete type (planner-fixes/keep-concrete-types.ts). The merge skips undefined; deleting the
    // property would make every later access to the object slow.
    if (entity.__typename === representations[index]?.__typename) entity.__typename = undefined;
    fetch.rewriteOutput?.(entity);
    mergeInto(target, entity);
  }
}

/** The subgraph's error paths begin at an entity of the fetch. The client's begin at the root of its response. */
function reportErrors(
  fetch: CompiledFetch,
  execution: PlanExecution,
  targetIndexes: readonly number[],
  errors: readonly ResponseError[],
): void {
  const targetPaths = findEntityPaths(execution.data, fetch.entityPath);
  for (const error of errors) {
    const [, entityIndex, ...inside] = error.path ?? [];
    const targetPath =
      typeof entityIndex === 'number' ? targetPaths[targetIndexes[entityIndex] ?? -1] : undefined;
    const path =
      targetPath === undefined ? error.path && getCommonPath(fetch.entityPath) : [...targetPath, ...inside];
    execution.errors.push(toGraphQLError(fetch, error, path));
  }
}

/** The path up to the first list, which all entities of a fetch share. */
function getCommonPath(entityPath: readonly string[]): ResponsePath {
  const list = entityPath.indexOf('@');
  return list < 0 ? entityPath : entityPath.slice(0, list);
}

function sendOperation(
  { node, send, entityPath }: CompiledFetch,
  execution: PlanExecution,
  variables: JsonObject,
): Promise<SubgraphResponse> {
  const operation = { query: node.operation, operationName: node.operationName, variables };
  return send(node.serviceName, operation, execution.request, entityPath);
}

function selectVariables({ node }: CompiledFetch, execution: PlanExecution): JsonObject {
  const variables: JsonObject = {};
  for (const name of node.variableUsages ?? []) {
    const value = getOwn(execution.variables, name);
    if (value !== undefined) variables[name] = value;
  }
  return variables;
}

/**
 * The error in the form that Apollo's executor gives it. gateway/errors.ts recognizes by `serviceName` an error that is in its
 * public form already.
 */
function toGraphQLError(
  { node }: CompiledFetch,
  { message, extensions }: ResponseError,
  path: ResponsePath | undefined,
): GraphQLError {
  return new GraphQLError(message, {
    ...(path === undefined ? {} : { path }),
    extensions: { code: 'DOWNSTREAM_SERVICE_ERROR', ...extensions, serviceName: node.serviceName },
  });
}
