// How the gateway's plans reach a subgraph: Apollo's data source interface over our one port, in memory or over HTTP. What
// comes back has been checked (response-check.ts), and an error stands wherever something was lost. Apollo's executor does the
// one half of it for some faults, throws the whole answer away for others, and lets the rest pass as null.
import type { GraphQLDataSource, GraphQLDataSourceProcessOptions } from '@apollo/gateway';
import { type GraphQLSchema, parse } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Execute, ResponseError, SubgraphResponse } from '../../platform/calls/call.ts';
import { UnansweredCall } from '../../platform/calls/resilience.ts';
import type { Log } from '../../platform/process/log.ts';
import type { GatewayContext, RequestState } from '../context.ts';
import { gatewayCodes } from '../errors.ts';
import { isEntityRequired } from './required-entity.ts';
import { buildResponseCheck, type Path, type ResponseCheck } from './response-check.ts';
import type { MaskErrors } from './subgraph-errors.ts';
import type { SupergraphSchemas } from './supergraph-schemas.ts';

export interface DataSourceOptions {
  log: Log;
  schemas: SupergraphSchemas;
  maskErrors: MaskErrors;
  /** Called before each fetch, with the text that the planner wrote. */
  onFetch: (subgraph: string, query: string, state: RequestState) => void;
}

/** Distinct texts whose checks are kept, and how long they are together: a client's literals are among them. */
const rememberedOperations = 1_000;
const rememberedCharacters = 1_000_000;

type Incoming = Extract<GraphQLDataSourceProcessOptions, { incomingRequestContext: unknown }>;

type Processed = Awaited<ReturnType<GraphQLDataSource['process']>>;

type LossCode = 'SUBGRAPH_UNAVAILABLE' | 'SUBGRAPH_ANSWER_INVALID';

export class SubgraphDataSource implements GraphQLDataSource {
  readonly #name: string;
  readonly #execute: Execute;
  readonly #fetching: DataSourceOptions;
  /** By the text that is sent; each of the schema it was made for. */
  readonly #checks = new LRUCache<string, { schema: GraphQLSchema; check: ResponseCheck | undefined }>({
    max: rememberedOperations,
    maxSize: rememberedCharacters,
    sizeCalculation: (_check, text) => text.length + 1,
  });

  constructor(name: string, execute: Execute, fetching: DataSourceOptions) {
    this.#name = name;
    this.#execute = execute;
    this.#fetching = fetching;
  }

  async process(asked: GraphQLDataSourceProcessOptions): Promise<Processed> {
    // The other kinds are questions of Apollo's own, to see who is there and with which schema: here nobody tells it to.
    const options = asked as Incoming;
    const { query = '', operationName, variables = {} } = options.request;
    const { viewer, signal, traceId, deadline, headers, address, state } = options.context as GatewayContext;
    const check = this.#checkOf(options);
    const call = { viewer, signal, traceId, deadline, headers, address };
    let answer: SubgraphResponse;
    try {
      this.#fetching.onFetch(this.#name, query, state);
      answer = await this.#execute({ query, operationName, variables }, call);
      // Apollo would take this for nulls that the subgraph meant.
      if (!answer.data && saysNothing(answer.errors)) throw new Error(`${this.#name} answered nothing`);
    } catch (cause) {
      this.#tell(cause, traceId);
      return lost(check, variables, 'SUBGRAPH_UNAVAILABLE') as Processed;
    }
    return this.#passOn(answer, check, options) as Processed;
  }

  /** Undefined where nobody knows the schema. */
  #checkOf({
    document,
    request: { query = '' },
    incomingRequestContext,
  }: Incoming): ResponseCheck | undefined {
    const schema = this.#fetching.schemas.get(incomingRequestContext.schema);
    if (schema === undefined) return undefined;
    const known = this.#checks.get(query);
    if (known?.schema === schema) return known.check;
    const check = buildResponseCheck(schema, document ?? parse(query, { noLocation: true }));
    this.#checks.set(query, { schema, check });
    return check;
  }

  #passOn(
    answer: SubgraphResponse,
    check: ResponseCheck | undefined,
    { request: { variables = {} }, context, incomingRequestContext, pathInIncomingRequest = [] }: Incoming,
  ): SubgraphResponse {
    if (check === undefined) return { ...answer, errors: this.#fetching.maskErrors(answer.errors ?? []) };
    const known = new Map<string, boolean>();
    const isMissed = (required: readonly string[]) => {
      const key = required.join();
      let found = known.get(key);
      if (found === undefined) {
        (context as GatewayContext).state.hasMissingEntities = true;
        found = isEntityRequired(pathInIncomingRequest, required, incomingRequestContext);
        known.set(key, found);
      }
      return found;
    };
    const { data, errors, faults, isLost } = check.check(answer, variables, isMissed);
    if (isLost || faults.length > 0) {
      const { traceId } = context as GatewayContext;
      const log = { subgraph: this.#name, traceId, paths: faults.slice(0, 3) };
      this.#fetching.log.error(log, 'a subgraph answered with something that does not fit the graph');
    }
    if (isLost) return lost(check, variables, 'SUBGRAPH_ANSWER_INVALID');
    const all = [
      ...this.#fetching.maskErrors(errors),
      ...faults.map((path) => lossError('SUBGRAPH_ANSWER_INVALID', path)),
    ];
    return all.length === 0 ? { data } : { data, errors: all };
  }

  #tell(cause: unknown, traceId: string): void {
    // A client that went away is no fault of anybody's.
    if (cause instanceof UnansweredCall && cause.reason === 'gone') return;
    this.#fetching.log.error({ err: cause, subgraph: this.#name, traceId }, 'a subgraph did not answer');
  }
}

function saysNothing(errors: unknown): boolean {
  return Array.isArray(errors) ? errors.length === 0 : errors === undefined || errors === null;
}

/** One error for each place that would have got something. */
function lost(
  check: ResponseCheck | undefined,
  variables: Record<string, unknown>,
  code: LossCode,
): SubgraphResponse {
  const places = check?.places(variables) ?? [];
  return { errors: places.length === 0 ? [lossError(code)] : places.map((path) => lossError(code, path)) };
}

function lossError(code: LossCode, path?: Path): ResponseError {
  return { message: gatewayCodes[code], ...(path === undefined ? {} : { path }), extensions: { code } };
}
