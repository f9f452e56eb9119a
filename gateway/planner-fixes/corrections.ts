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
import { createOperationCache, sizeOfDocument } from '../operation-cache.ts';
import { wrapExecutor } from '../wrap-executor.ts';
import type { StandIn } from './correct-requires.ts';
import { type Corrected, correctSupergraph } from './correct-supergraph.ts';
import { askedAnyway, withoutAnswer } from './probe-unimplemented-fields.ts';
import { fits, sendOver, type Wire, wireOf } from './stand-in-calls.ts';
import { uncoveredRoots } from './unplanned-root-fields.ts';

/** Graphs whose operations may still be under way. */
const heldGraphs = 4;

export interface Corrections {
  /** The SDL that the engine gets in place of this one. To be asked of each graph, the first one included. */
  sdl: (supergraphSdl: string) => string;
  wrapClient: (name: string, execute: Execute) => Execute;
  /** To be told each plan, of an operation that came through `gateway`. */
  onPlan: Experimental_DidResolveQueryPlanCallback;
  gateway: (inner: GatewayInterface) => GatewayInterface;
}

interface Graph {
  given: string;
  corrected: Corrected;
  wires: ReadonlyMap<string, (query: string) => Wire>;
}

export function openCorrections(): Corrections {
  /** The newest first. */
  let graphs: Graph[] = [];
  const hops = (name: string, operation: Operation) => wireFor(graphs, name, operation);
  return {
    sdl: (given) => {
      const corrected = graphs.find((graph) => graph.given === given)?.corrected ?? correctSupergraph(given);
      const others = graphs.filter((graph) => graph.given !== given);
      graphs = withWires([{ given, corrected }, ...others].slice(0, heldGraphs));
      return corrected.sdl;
    },
    wrapClient: (name, execute) => (operation, call) => {
      const wire = hops(name, operation);
      return wire === undefined ? execute(operation, call) : sendOver(wire, execute, operation, call);
    },
    onPlan: ({ queryPlan, requestContext, operationContext }) => {
      const { operation, fragments } = operationContext;
      const roots = uncoveredRoots(queryPlan, {
        operation,
        fragments,
        variables: requestContext.request.variables,
      });
      if (roots.length > 0) stateOf(requestContext).unplannedRoots = roots;
    },
    gateway: (inner) => correctedGateway(inner, () => graphs[0]?.corrected),
  };
}

/** Each knows the stand-ins of all, because their names are the same in all. */
function withWires(graphs: readonly Pick<Graph, 'given' | 'corrected'>[]): Graph[] {
  const fields = new Map<string, StandIn>(graphs.flatMap(({ corrected }) => [...corrected.standIns]));
  const names = new Set(graphs.flatMap(({ corrected }) => [...corrected.subgraphs]));
  return graphs.map(({ given, corrected }) => {
    const wire = (name: string) => wireOf({ fields, needs: corrected.needs.get(name) ?? new Map() });
    return { given, corrected, wires: new Map([...names].map((name) => [name, wire(name)])) };
  });
}

/** Undefined where the operation is right as it stands. The same text may have been planned by a former graph. */
function wireFor(graphs: readonly Graph[], name: string, operation: Operation): Wire | undefined {
  let best: Wire | undefined;
  for (const { wires } of graphs) {
    const wire = wires.get(name)?.(operation.query);
    if (wire === undefined) return undefined;
    if (wire.texts.length === 0) continue;
    if (graphs.length === 1 || fits(wire, operation)) return wire;
    best ??= wires === graphs[0]?.wires ? wire : undefined;
  }
  return best;
}

interface Extended {
  document: DocumentNode;
  key: string;
}

function correctedGateway(inner: GatewayInterface, corrected: () => Corrected | undefined): GatewayInterface {
  const remembered = createOperationCache<Extended | 'as it is'>((found) =>
    found === 'as it is' ? 0 : sizeOfDocument(found.document),
  );
  inner.onSchemaLoadOrUpdate(() => remembered.clear());
  const extendedOf = ({
    document,
    schema,
    queryHash,
  }: GatewayGraphQLRequestContext): Extended | undefined => {
    const hollow = corrected()?.hollowInterfaces;
    if (hollow === undefined || hollow.size === 0) return undefined;
    let found = remembered.get(queryHash);
    if (found === undefined) {
      found = askedAnyway(document, schema, hollow) ?? 'as it is';
      remembered.set(queryHash, found);
    }
    return found === 'as it is' ? undefined : found;
  };
  const executeBy =
    (execute: GatewayExecutor): GatewayExecutor =>
    async (given) => {
      const extended = extendedOf(given);
      const request = extended === undefined ? given : withDocument(given, extended);
      const result = withLosses(await execute(request), stateOf(request).unplannedRoots);
      return extended === undefined ? result : withoutAnswer(result, extended.key);
    };
  return wrapExecutor(inner, executeBy);
}

function stateOf({ context }: Pick<GatewayGraphQLRequestContext, 'context'>): RequestState {
  return (context as GatewayContext).state;
}

function withDocument(
  request: GatewayGraphQLRequestContext,
  { document, key }: Extended,
): GatewayGraphQLRequestContext {
  const operation = getOperationAST(document, request.operationName);
  if (!operation) throw new Error('the operation is not in its document');
  // Plans are remembered by this.
  return { ...request, document, operation, queryHash: `${request.queryHash} ${key}` };
}

function withLosses(result: GatewayExecutionResult, roots: readonly string[]): GatewayExecutionResult {
  if (roots.length === 0) return result;
  const errors = roots.map((key) => {
    const extensions = { code: 'INTERNAL_SERVER_ERROR' };
    return new GraphQLError(`no fetch of the plan asks for "${key}"`, { path: [key], extensions });
  });
  return { ...result, errors: [...(result.errors ?? []), ...errors] };
}
