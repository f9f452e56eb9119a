// Sends the fetches of a plan to one subgraph: Apollo's data source interface over the client of the subgraph, in memory or over
// HTTP. It checks each response (response-check.ts), and adds an error for each value that was lost. Apollo's executor checks
// only some of this: for some faults it drops the whole response, and other faults become null without an error.
import type { GraphQLDataSource, GraphQLDataSourceProcessOptions } from '@apollo/gateway';
import { type GraphQLSchema, parse } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Execute, ResponseError, SubgraphResponse } from '../../platform/calls/call.ts';
import { UnansweredCall } from '../../platform/calls/resilience.ts';
import type { Log } from '../../platform/process/log.ts';
import type { GatewayContext, RequestState } from '../context.ts';
import { gatewayCodes } from '../errors.ts';
import type { ResponsePath } from '../response/response-path.ts';
import { hasPlainNumbers } from './plain-numbers.ts';
import { isEntityRequired } from './required-entity.ts';
import { buildResponseCheck, type ResponseCheck } from './response-check.ts';
import type { MaskErrors } from './subgraph-errors.ts';
import type { SupergraphSchemas } from './supergraph-schemas.ts';

export interface DataSourceOptions {
  log: Log;
  schemas: SupergraphSchemas;
  maskErrors: MaskErrors;
  /** True for the project's own subgraphs, whose ids and shared scalars are text. */
  isOwnSubgraph: boolean;
  /** Called before each fetch, with the text that the planner wrote. */
  onFetch: (subgraph: string, query: string, state: RequestState) => void;
}

/** Limits of the remembered checks. The texts contain the literals of clients, so both their number and length are bounded. */
const maxChecks = 1_000;
const maxCheckCharacters = 1_000_000;

interface FetchCheck {
  check: ResponseCheck | undefined;
  hasPlainNumbers: boolean;
}

/** By the text of the fetch. */
type Checks = LRUCache<string, FetchCheck>;

type FetchOptions = Extract<GraphQLDataSourceProcessOptions, { incomingRequestContext: unknown }>;

type DataSourceResponse = Awaited<ReturnType<GraphQLDataSource['process']>>;

type LossCode = 'OVERLOADED' | 'SUBGRAPH_UNAVAILABLE' | 'SUBGRAPH_ANSWER_INVALID';

export class SubgraphDataSource implements GraphQLDataSource {
  readonly #name: string;
  readonly #execute: Execute;
  readonly #options: DataSourceOptions;
  /** A check holds its schema, so that the checks of a schema must go when the schema goes. */
  readonly #checksBySchema = new WeakMap<GraphQLSchema, Checks>();

  constructor(name: string, execute: Execute, options: DataSourceOptions) {
    this.#name = name;
    this.#execute = execute;
    this.#options = options;
  }

  async process(processOptions: GraphQLDataSourceProcessOptions): Promise<DataSourceResponse> {
    // Apollo's other kinds of operation are health checks and schema polling, which this gateway does not turn on.
    const fetch = processOptions as FetchOptions;
    const { query = '', operationName, variables = {} } = fetch.request;
    const { viewer, signal, traceId, deadline, headers, address, state } = fetch.context as GatewayContext;
    const { check, hasPlainNumbers } = this.#getCheck(fetch);
    const call = { viewer, signal, traceId, deadline, headers, address, hasPlainNumbers };
    let response: SubgraphResponse;
    try {
      this.#options.onFetch(this.#name, query, state);
      response = await this.#execute({ query, operationName, variables }, call);
      // Without this, Apollo would take an empty response for nulls.
      if (!response.data && hasNoErrors(response.errors))
        throw new Error(`${this.#name} sent neither data nor errors`);
    } catch (cause) {
      this.#logFailure(cause, traceId);
      // A subgraph that was not called because others wait for it has not failed.
      const isFull = cause instanceof UnansweredCall && cause.reason === 'full';
      const code = isFull ? 'OVERLOADED' : 'SUBGRAPH_UNAVAILABLE';
      return buildLossResponse(check, variables, code) as DataSourceResponse;
    }
    return this.#checkResponse(response, check, fetch) as DataSourceResponse;
  }

  /** Without a check where the schema of the request is unknown. */
  #getCheck({ document, request: { query = '' }, incomingRequestContext }: FetchOptions): FetchCheck {
    const schema = this.#options.schemas.get(incomingRequestContext.schema);
    if (schema === undefined) return { check: undefined, hasPlainNumbers: false };
    let checks = this.#checksBySchema.get(schema);
    if (checks === undefined) {
      checks = createChecks();
      this.#checksBySchema.set(schema, checks);
    }
    const known = checks.get(query);
    if (known !== undefined) return known;
    const parsed = document ?? parse(query, { noLocation: true });
    const created = {
      check: buildResponseCheck(schema, parsed),
      hasPlainNumbers: this.#options.isOwnSubgraph && hasPlainNumbers(schema, parsed),
    };
    checks.set(query, created);
    return created;
  }

  #checkResponse(
    response: SubgraphResponse,
    check: ResponseCheck | undefined,
    {
      request: { variables = {} },
      context,
      incomingRequestContext,
      pathInIncomingRequest = [],
    }: FetchOptions,
  ): SubgraphResponse {
    const { maskErrors, log } = this.#options;
    if (check === undefined) return { ...response, errors: maskErrors(response.errors ?? []) };
    const known = new Map<string, boolean>();
    const isRequired = (requiredKeys: readonly string[]) => {
      const text = requiredKeys.join();
      let found = known.get(text);
      if (found === undefined) {
        (context as GatewayContext).state.hasMissingEntities = true;
        found = isEntityRequired(pathInIncomingRequest, requiredKeys, incomingRequestContext);
        known.set(text, found);
      }
      return found;
    };
    const { data, errors, invalidPaths, isUnusable } = check.check(response, variables, isRequired);
    if (isUnusable || invalidPaths.length > 0) {
      const { traceId } = context as GatewayContext;
      const details = { subgraph: this.#name, traceId, paths: invalidPaths.slice(0, 3) };
      log.error(details, 'the response of a subgraph does not fit the supergraph');
    }
    if (isUnusable) return buildLossResponse(check, variables, 'SUBGRAPH_ANSWER_INVALID');
    const all = [
      ...maskErrors(errors),
      ...invalidPaths.map((path) => buildLossError('SUBGRAPH_ANSWER_INVALID', path)),
    ];
    return all.length === 0 ? { data } : { data, errors: all };
  }

  #logFailure(cause: unknown, traceId: string): void {
    // A client that closed its connection ends its calls: no subgraph failed.
    if (cause instanceof UnansweredCall && cause.reason === 'gone') return;
    this.#options.log.error({ err: cause, subgraph: this.#name, traceId }, 'a subgraph did not answer');
  }
}

function createChecks(): Checks {
  return new LRUCache({
    max: maxChecks,
    maxSize: maxCheckCharacters,
    sizeCalculation: (_check, text) => text.length + 1,
  });
}

function hasNoErrors(errors: unknown): boolean {
  return Array.isArray(errors) ? errors.length === 0 : errors === undefined || errors === null;
}

/** A response with one error for each path at which the fetch expected a value. */
function buildLossResponse(
  check: ResponseCheck | undefined,
  variables: Record<string, unknown>,
  code: LossCode,
): SubgraphResponse {
  const paths = check?.getExpectedPaths(variables) ?? [];
  if (paths.length === 0) return { errors: [buildLossError(code)] };
  return { errors: paths.map((path) => buildLossError(code, path)) };
}

function buildLossError(code: LossCode, path?: ResponsePath): ResponseError {
  return { message: gatewayCodes[code], ...(path === undefined ? {} : { path }), extensions: { code } };
}
