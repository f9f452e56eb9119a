// All corrections of Apollo's planner and executor: of the SDL that they read, of calls to subgraphs, of operations and of their
// results. An operation that was planned with a former supergraph is executed with the stand-ins of that supergraph.
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
import { createUnplannedRootFinder } from './unplanned-root-fields.ts';

/** Supergraphs whose operations may still be executed, the current one included. */
const maxSupergraphs = 4;

export interface Corrections {
  /** The SDL for Apollo's gateway. Must be called with each supergraph, the first one included. */
  correctSdl: (supergraphSdl: string) => string;
  wrapClient: (subgraph: string, execute: Execute) => Execute;
  /** Must be called with the plan of each operation, before it is executed. */
  onPlan: Experimental_DidResolveQueryPlanCallback;
  wrapGateway: (inner: GatewayInterface) => GatewayInterface;
}

interface Supergraph {
  /** Before it is corrected. */
  sdl: string;
  corrected: CorrectedSupergraph;
  /** By subgraph; a subgraph without stand-ins has none. */
  rewriters: ReadonlyMap<string, (query: string) => FetchRewrite>;
}

export function openCorrections(): Corrections {
  const findUnplannedRootFields = createUnplannedRootFinder();
  /** The newest first. */
  let supergraphs: Supergraph[] = [];
  return {
    correctSdl: (sdl) => {
      const known = supergraphs.find((supergraph) => supergraph.sdl === sdl);
      const corrected = known?.corrected ?? correctSupergraph(sdl);
      const others = supergraphs.filter((supergraph) => supergraph.sdl !== sdl);
      supergraphs = addRewriters([{ sdl, corrected }, ...others].slice(0, maxSupergraphs));
      return corrected.sdl;
    },
    wrapClient: (subgraph, execute) => (operation, call) => {
      const rewrite = findRewrite(supergraphs, subgraph, operation);
      return rewrite === undefined
        ? execute(operation, call)
        : callRewritten(rewrite, execute, operation, call);
    },
    onPlan: ({ queryPlan, requestContext, operationContext: { operation, fragments } }) => {
      const { variables } = requestContext.request;
      const roots = findUnplannedRootFields(queryPlan, { operation, fragments, variables });
      if (roots.length > 0) getState(requestContext).unplannedRoots = roots;
    },
    wrapGateway: (inner) => wrapCorrectedGateway(inner, () => supergraphs[0]?.corrected),
  };
}

/** The rewriters of each supergraph know the stand-ins of all: a stand-in has the same name and meaning in all. */
function addRewriters(supergraphs: readonly Pick<Supergraph, 'sdl' | 'corrected'>[]): Supergraph[] {
  const fields = new Map<string, StandIn>(supergraphs.flatMap(({ corrected }) => [...corrected.standIns]));
  const names = new Set(supergraphs.flatMap(({ corrected }) => [...corrected.subgraphsWithStandIns]));
  return supergraphs.map(({ sdl, corrected }) => {
    const createRewriter = (subgraph: string) =>
      createFetchRewriter({
        fields,
        requiredStandIns: corrected.requiredStandIns.get(subgraph) ?? new Map(),
      });
    return { sdl, corrected, rewriters: new Map([...names].map((name) => [name, createRewriter(name)])) };
  });
}

/**
 * Undefined where the subgraph can be called with the operation as it is. The operation may be planned with a former supergraph:
 * the rewrite is that of the newest supergraph whose stand-ins its representations have.
 */
function findRewrite(
  supergraphs: readonly Supergraph[],
  subgraph: string,
  operation: Operation,
): FetchRewrite | undefined {
  let fallback: FetchRewrite | undefined;
  for (const { rewriters } of supergraphs) {
    const rewrite = rewriters.get(subgraph)?.(operation.query);
    if (rewrite === undefined) return undefined;
    if (rewrite.operations.length === 0) continue;
    if (supergraphs.length === 1 || hasStandInsOf(rewrite, operation)) return rewrite;
    fallback ??= rewriters === supergraphs[0]?.rewriters ? rewrite : undefined;
  }
  return fallback;
}

interface ProbedOperation {
  document: DocumentNode;
  /** The response key of the probes. */
  key: string;
}

function wrapCorrectedGateway(
  inner: GatewayInterface,
  getCorrected: () => CorrectedSupergraph | undefined,
): GatewayInterface {
  const cache = createOperationCache<ProbedOperation | 'unchanged'>((entry) =>
    entry === 'unchanged' ? 0 : measureDocument(entry.document),
  );
  inner.onSchemaLoadOrUpdate(() => cache.clear());
  const probe = ({
    document,
    schema,
    queryHash,
  }: GatewayGraphQLRequestContext): ProbedOperation | undefined => {
    const interfaces = getCorrected()?.unimplementedInterfaces;
    if (interfaces === undefined || interfaces.size === 0) return undefined;
    let entry = cache.get(queryHash);
    if (entry === undefined) {
      entry = addProbes(document, schema, interfaces) ?? 'unchanged';
      cache.set(queryHash, entry);
    }
    return entry === 'unchanged' ? undefined : entry;
  };
  const executeCorrected =
    (execute: GatewayExecutor): GatewayExecutor =>
    async (original) => {
      const probed = probe(original);
      const request = probed === undefined ? original : replaceDocument(original, probed);
      const result = addUnplannedErrors(await execute(request), getState(request).unplannedRoots);
      return probed === undefined ? result : removeProbes(result, probed.key);
    };
  return wrapExecutor(inner, executeCorrected);
}

function getState({ context }: Pick<GatewayGraphQLRequestContext, 'context'>): RequestState {
  return (context as GatewayContext).state;
}

function replaceDocument(
  request: GatewayGraphQLRequestContext,
  { document, key }: ProbedOperation,
): GatewayGraphQLRequestContext {
  const operation = getOperationAST(document, request.operationName);
  if (!operation) throw new Error('the operation is not in its document');
  // The executors cache plans by the hash: the plan with probes needs another one.
  return { ...request, document, operation, queryHash: `${request.queryHash} ${key}` };
}

function addUnplannedErrors(
  result: GatewayExecutionResult,
  roots: readonly string[],
): GatewayExecutionResult {
  if (roots.length === 0) return result;
  const errors = roots.map((key) => {
    const extensions = { code: 'INTERNAL_SERVER_ERROR' };
    return new GraphQLError(`no fetch of the plan selects "${key}"`, { path: [key], extensions });
  });
  return { ...result, errors: [...(result.errors ?? []), ...errors] };
}
