// A query plan as functions, made once per operation. A step asks subgraphs and adds what they answer to the one answer
// under construction; response-shape.ts makes the client's answer of it afterwards.
import type { FetchNode, PlanNode, QueryPlan } from '@apollo/query-planner';
import type { GatewayGraphQLRequestContext } from '@apollo/server-gateway-interface';
import { GraphQLError, type GraphQLSchema } from 'graphql';
import type { Operation, ResponseError, SubgraphResponse } from '../../platform/calls/call.ts';
import { getOwn, type JsonObject } from '../json-object.ts';
import { findEntities, findEntityPaths, type Place } from './entity-paths.ts';
import { mergeInto } from './merge.ts';
import { type BuildRepresentation, compileRepresentation } from './representation.ts';
import { type ApplyRewrites, compileRewrites } from './rewrites.ts';

/** One execution of a plan. */
export interface PlanExecution {
  request: GatewayGraphQLRequestContext;
  /** As the client sent them: what is sent on is what a fetch names. */
  variables: JsonObject;
  data: JsonObject;
  errors: GraphQLError[];
}

/** Asks a subgraph, for the objects at a path of the client's answer. Never rejects: what was lost is an error of the answer. */
export type SendFetch = (
  subgraph: string,
  operation: Operation,
  request: GatewayGraphQLRequestContext,
  path: readonly string[],
) => Promise<SubgraphResponse>;

export type CompiledNode = (run: PlanExecution) => Promise<void> | void;

/** A plan that these functions do not cover: somebody else must carry it out. */
export class NotCompiled extends Error {
  override name = 'NotCompiled';
}

/** Throws NotCompiled. The schema is the supergraph's own, with what clients cannot see. */
export function compilePlanNode(
  node: QueryPlan['node'],
  schema: GraphQLSchema,
  fetch: SendFetch,
  path: readonly string[] = [],
): CompiledNode {
  if (node === undefined) return () => {};
  const compile = (child: PlanNode | undefined) => compilePlanNode(child, schema, fetch, path);
  switch (node.kind) {
    case 'Sequence':
      return inSequence(node.nodes.map(compile));
    case 'Parallel':
      return inParallel(node.nodes.map(compile));
    case 'Flatten':
      return compilePlanNode(node.node, schema, fetch, [...path, ...node.path.map(String)]);
    case 'Fetch':
      return fetchStep(node, schema, fetch, path);
    default:
      throw new NotCompiled(node.kind);
  }
}

function inSequence(steps: readonly CompiledNode[]): CompiledNode {
  return async (run) => {
    for (const step of steps) await step(run);
  };
}

function inParallel(steps: readonly CompiledNode[]): CompiledNode {
  return async (run) => {
    await Promise.all(steps.map((step) => step(run)));
  };
}

interface Fetching {
  node: FetchNode;
  fetch: SendFetch;
  path: readonly string[];
  represent: BuildRepresentation;
  rewriteInput: ApplyRewrites | undefined;
  rewriteOutput: ApplyRewrites | undefined;
}

function fetchStep(
  node: FetchNode,
  schema: GraphQLSchema,
  fetch: SendFetch,
  path: readonly string[],
): CompiledNode {
  if (node.contextRewrites !== undefined && node.contextRewrites.length > 0)
    throw new NotCompiled('@fromContext');
  const fetching: Fetching = {
    node,
    fetch,
    path,
    represent: compileRepresentation(node.requires ?? [], schema),
    rewriteInput: compileRewrites(node.inputRewrites, schema),
    rewriteOutput: compileRewrites(node.outputRewrites, schema),
  };
  return node.requires === undefined
    ? (run) => fetchRoot(fetching, run)
    : (run) => fetchEntities(fetching, run);
}

/** Root fields: of the operation, or of a Query that a mutation's answer leads to. */
async function fetchRoot(fetching: Fetching, run: PlanExecution): Promise<void> {
  const targets = fetching.path.length === 0 ? [run.data] : findEntities(run.data, fetching.path);
  if (targets.length === 0) return;
  const answer = await ask(fetching, run, variablesOf(fetching, run));
  const places = () => (fetching.path.length === 0 ? [[]] : findEntityPaths(run.data, fetching.path));
  for (const error of answer.errors ?? [])
    for (const place of places())
      run.errors.push(errorOf(fetching, error, [...place, ...(error.path ?? [])]));
  if (!answer.data) return;
  fetching.rewriteOutput?.(answer.data);
  for (const target of targets) mergeInto(target, answer.data);
}

/** Entities, in the order of the answer. That each is asked for once only, fetch/deduplicate-representations.ts sees to. */
async function fetchEntities(fetching: Fetching, run: PlanExecution): Promise<void> {
  const targets = findEntities(run.data, fetching.path);
  const representations: JsonObject[] = [];
  /** For each representation, whose it is: there is nothing to ask for a target of which too little is known. */
  const targetOf: number[] = [];
  for (const [index, target] of targets.entries()) {
    const representation = fetching.represent(target);
    if (representation === null) continue;
    fetching.rewriteInput?.(representation);
    representations.push(representation);
    targetOf.push(index);
  }
  if (representations.length === 0) return;
  const answer = await ask(fetching, run, { ...variablesOf(fetching, run), representations });
  if (answer.errors !== undefined) reportErrors(fetching, run, targetOf, answer.errors);
  const entities = answer.data?._entities;
  if (!Array.isArray(entities)) return;
  for (const [index, at] of targetOf.entries()) {
    const [entity, target] = [entities[index], targets[at]];
    if (entity === null || entity === undefined || target === undefined) continue;
    // As in planner-fixes/keep-concrete-types.ts. What is undefined is not merged; an object that lost a property would be slow from then on.
    if (entity.__typename === representations[index]?.__typename) entity.__typename = undefined;
    fetching.rewriteOutput?.(entity);
    mergeInto(target, entity);
  }
}

/** Their paths begin at an entity of the fetch; the client's begin at the root of its answer. */
function reportErrors(
  fetching: Fetching,
  run: PlanExecution,
  targetOf: readonly number[],
  errors: readonly ResponseError[],
): void {
  const places = findEntityPaths(run.data, fetching.path);
  for (const error of errors) {
    const [, entity, ...inside] = error.path ?? [];
    const place = typeof entity === 'number' ? places[targetOf[entity] ?? -1] : undefined;
    const about = place === undefined ? error.path && placeOfAll(fetching.path) : [...place, ...inside];
    run.errors.push(errorOf(fetching, error, about));
  }
}

/** As far as the entities of a fetch have one way. */
function placeOfAll(path: readonly string[]): Place {
  const list = path.indexOf('@');
  return list < 0 ? path : path.slice(0, list);
}

function ask(
  { node, fetch, path }: Fetching,
  run: PlanExecution,
  variables: JsonObject,
): Promise<SubgraphResponse> {
  const operation = { query: node.operation, operationName: node.operationName, variables };
  return fetch(node.serviceName, operation, run.request, path);
}

function variablesOf({ node }: Fetching, run: PlanExecution): JsonObject {
  const variables: JsonObject = {};
  for (const name of node.variableUsages ?? []) {
    const value = getOwn(run.variables, name);
    if (value !== undefined) variables[name] = value;
  }
  return variables;
}

/** As the stock executor notes it: errors.ts tells by `serviceName` what a subgraph has put into public form already. */
function errorOf(
  { node }: Fetching,
  { message, extensions }: ResponseError,
  path: Place | undefined,
): GraphQLError {
  return new GraphQLError(message, {
    ...(path === undefined ? {} : { path }),
    extensions: { code: 'DOWNSTREAM_SERVICE_ERROR', ...extensions, serviceName: node.serviceName },
  });
}
