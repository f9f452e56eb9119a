// Everything in which the engine is corrected, on its way in and out: the SDL that it plans by, the hops of its plans, the
// operations it gets and the answers it gives. Operations that were planned by a former graph end with what that one knew.
import type { Experimental_DidResolveQueryPlanCallback } from '@apollo/gateway';
import type {
  GatewayExecutionResult,
  GatewayExecutor,
  GatewayGraphQLRequestContext,
  GatewayInterface,
} from '@apollo/server-gateway-interface';
import { type DocumentNode, GraphQLError, getOperationAST } from 'graphql';
import type { Execute, Operation } from '../../platform/calls/call.ts';
import type { GatewayContext, RequestState } from '../context.ts';
import { createOperationCache, measureDocument } from '../operation-cache.ts';
import { wrapExecutor } from '../wrap-executor.ts';
import { type CorrectedSupergraph, correctSupergraph } from './correct-supergraph.ts';
import { addProbes, removeProbes } from './probe-unimplemented-fields.ts';
import type { StandIn } from './required-stand-ins.ts';
import { callRewritten, createFetchRewriter, type FetchRewrite, hasStandInsOf } from './stand-in-calls.ts';
import { findUnplannedRootFields } from './unplanned-root-fields.ts';

/** Graphs whose operations may still be under way. */
const maxGraphs = 4;

export interface Corrections {
  /** The SDL that the engine gets in place of this one. To be asked of each graph, the first one included. */
  correctSdl: (supergraphSdl: string) => string;
  wrapClient: (name: string, execute: Execute) => Execute;
  /** To be told each plan, of an operation that came through `gateway`. */
  onPlan: Experimental_DidResolveQueryPlanCallback;
  wrapGateway: (inner: GatewayInterface) => GatewayInterface;
}

interface Graph {
  given: string;
  corrected: CorrectedSupergraph;
  rewriters: ReadonlyMap<string, (query: string) => FetchRewrite>;
}

export function openCorrections(): Corrections {
  /** The newest first. */
  let graphs: Graph[] = [];
  const hops = (name: string, operation: Operation) => findRewrite(graphs, name, operation);
  return {
    correctSdl: (given) => {
      const corrected = graphs.find((graph) => graph.given === given)?.corrected ?? correctSupergraph(given);
      const others = graphs.filter((graph) => graph.given !== given);
      graphs = addRewriters([{ given, corrected }, ...others].slice(0, maxGraphs));
      return corrected.sdl;
    },
    wrapClient: (name, execute) => (operation, call) => {
      const wire = hops(name, operation);
      return wire === undefined ? execute(operation, call) : callRewritten(wire, execute, operation, call);
    },
    onPlan: ({ queryPlan, requestContext, operationContext }) => {
      const { operation, fragments } = operationContext;
      const roots = findUnplannedRootFields(queryPlan, {
        operation,
        fragments,
        variables: requestContext.request.variables,
      });
      if (roots.length > 0) stateOf(requestContext).unplannedRoots = roots;
    },
    wrapGateway: (inner) => wrapCorrectedGateway(inner, () => graphs[0]?.corrected),
  };
}

/** Each knows the stand-ins of all, because their names are the same in all. */
function addRewriters(graphs: readonly Pick<Graph, 'given' | 'corrected'>[]): Graph[] {
  const fields = new Map<string, StandIn>(graphs.flatMap(({ corrected }) => [...corrected.standIns]));
  const names = new Set(graphs.flatMap(({ corrected }) => [...corrected.subgraphsWithStandIns]));
  return graphs.map(({ given, corrected }) => {
    const wire = (name: string) =>
      createFetchRewriter({ fields, requiredStandIns: corrected.requiredStandIns.get(name) ?? new Map() });
    return { given, corrected, rewriters: new Map([...names].map((name) => [name, wire(name)])) };
  });
}

/** Undefined where the operation is right as it stands. The same text may have been planned by a former graph. */
function findRewrite(graphs: readonly Graph[], name: string, operation: Operation): FetchRewrite | undefined {
  let best: FetchRewrite | undefined;
  for (const { rewriters } of graphs) {
    const wire = rewriters.get(name)?.(operation.query);
    if (wire === undefined) return undefined;
    if (wire.operations.length === 0) continue;
    if (graphs.length === 1 || hasStandInsOf(wire, operation)) return wire;
    best ??= rewriters === graphs[0]?.rewriters ? wire : undefined;
  }
  return best;
}

interface ProbedOperation {
  document: DocumentNode;
  key: string;
}

function wrapCorrectedGateway(
  inner: GatewayInterface,
  corrected: () => CorrectedSupergraph | undefined,
): GatewayInterface {
  const remembered = createOperationCache<ProbedOperation | 'as it is'>((found) =>
    found === 'as it is' ? 0 : measureDocument(found.document),
  );
  inner.onSchemaLoadOrUpdate(() => remembered.clear());
  const extendedOf = ({
    document,
    schema,
    queryHash,
  }: GatewayGraphQLRequestContext): ProbedOperation | undefined => {
    const hollow = corrected()?.unimplementedInterfaces;
    if (hollow === undefined || hollow.size === 0) return undefined;
    let found = remembered.get(queryHash);
    if (found === undefined) {
      found = addProbes(document, schema, hollow) ?? 'as it is';
      remembered.set(queryHash, found);
    }
    return found === 'as it is' ? undefined : found;
  };
  const executeBy =
    (execute: GatewayExecutor): GatewayExecutor =>
    async (given) => {
      const extended = extendedOf(given);
      const request = extended === undefined ? given : replaceDocument(given, extended);
      const result = addUnplannedErrors(await execute(request), stateOf(request).unplannedRoots);
      return extended === undefined ? result : removeProbes(result, extended.key);
    };
  return wrapExecutor(inner, executeBy);
}

function stateOf({ context }: Pick<GatewayGraphQLRequestContext, 'context'>): RequestState {
  return (context as GatewayContext).state;
}

function replaceDocument(
  request: GatewayGraphQLRequestContext,
  { document, key }: ProbedOperation,
): GatewayGraphQLRequestContext {
  const operation = getOperationAST(document, request.operationName);
  if (!operation) throw new Error('the operation is not in its document');
  // Plans are remembered by this.
  return { ...request, document, operation, queryHash: `${request.queryHash} ${key}` };
}

function addUnplannedErrors(
  result: GatewayExecutionResult,
  roots: readonly string[],
): GatewayExecutionResult {
  if (roots.length === 0) return result;
  const errors = roots.map((key) => {
    const extensions = { code: 'INTERNAL_SERVER_ERROR' };
    return new GraphQLError(`no fetch of the plan asks for "${key}"`, { path: [key], extensions });
  });
  return { ...result, errors: [...(result.errors ?? []), ...errors] };
}
