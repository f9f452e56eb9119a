// Caching, put together: which answers may be kept (policies.ts), by whom (http-caching.ts), which the gateway keeps itself
// (responses.ts), and what is done once for several (once-at-a-time.ts, shared-execution.ts). What a viewer may have to do with is never
// kept nor shared: an answer is public when the graph says so of every field and every fetch for it was sent as nobody.
import type { ApolloServerPlugin, GraphQLRequestContext, GraphQLResponse } from '@apollo/server';
import { HeaderMap } from '@apollo/server';
import type { GatewayInterface } from '@apollo/server-gateway-interface';
import type { FormattedExecutionResult, GraphQLSchema } from 'graphql';
import type { Execute } from '../../platform/calls/call.ts';
import { anonymous } from '../../platform/identity/viewer.ts';
import type { Log } from '../../platform/process/log.ts';
import type { GatewayContext } from '../context.ts';
import type { SupergraphSchemas } from '../fetch/supergraph-schemas.ts';
import type { GatewaySettings } from '../settings/settings.ts';
import { type ChangesOf, type Mark, openFreshness } from './freshness.ts';
import { onceAtATime } from './once-at-a-time.ts';
import { Policies } from './policies.ts';
import type { Policy } from './policy.ts';
import { openResponses } from './responses.ts';
import { answersAtOnce } from './shared-execution.ts';

export interface Caching {
  /** Told each graph, before any operation on it. */
  onGraph: (schema: GraphQLSchema, schemas: SupergraphSchemas) => void;
  /** Around the way to a subgraph. */
  wrapClient: (name: string, execute: Execute) => Execute;
  /** Around all of them. */
  gateway: (inner: GatewayInterface) => GatewayInterface;
  plugin: ApolloServerPlugin<GatewayContext>;
  /** The text of a result; that of one which was kept is known. */
  textOf: (result: FormattedExecutionResult) => string;
}

/** What an answer is being made of. */
interface Making {
  marks: Mark[];
  isPublic: boolean;
  key: string | undefined;
  policies: Policies;
}

type Context = GraphQLRequestContext<GatewayContext>;
type Resolved = Required<Pick<Context, 'document' | 'operation' | 'queryHash'>>;

export interface CachingOptions {
  settings: GatewaySettings;
  log: Log;
  /** How the gateway hears that what it keeps is no longer true. */
  changes?: ChangesOf;
}

export function openCaching({ settings, log, changes = () => undefined }: CachingOptions): Caching {
  const freshness = openFreshness(changes);
  const joinMs = settings.SHARE_FETCHES_MS;
  const responses = openResponses(settings, freshness);
  // Foreign subgraphs are told of nobody: whoever asks the same, with the same headers, is the same to them.
  const isForeign = settings.SUPERGRAPH !== undefined;
  const graphs = new WeakMap<GraphQLSchema, Policies>();
  let current = new Policies(undefined);
  /** By the signal of their request, which is its own and travels with each fetch. */
  const makings = new WeakMap<AbortSignal, Making>();
  /** By the data that stands for them. */
  const texts = new WeakMap<object, string>();
  /** Data of answers that more than one will get. */
  const shared = new WeakSet<object>();

  const answerKept = (context: Context, policy: Policy, policies: Policies): GraphQLResponse | null => {
    const { queryHash, operation, request, contextValue } = context as Context & Resolved;
    const { headers, signal } = contextValue;
    const key = policy.isPublic
      ? responses?.keyOf({ queryHash, operation, request: request as never, headers })
      : undefined;
    const kept = key === undefined ? undefined : responses?.find(key);
    if (kept === undefined || responses === undefined) {
      makings.set(signal, { marks: [], isPublic: policy.isPublic, key, policies });
      return null;
    }
    const data = {};
    texts.set(data, kept.text);
    const headersKept = new HeaderMap([
      ['cache-control', controlOf(policy)],
      ['age', String(responses.ageOf(kept))],
    ]);
    return { http: { headers: headersKept }, body: { kind: 'single', singleResult: { data } } };
  };

  const finish = ({ response, contextValue }: Context, policy: Policy): void => {
    const making = makings.get(contextValue.signal);
    if (making === undefined || response?.body?.kind !== 'single') return;
    const { data, errors, extensions } = response.body.singleResult;
    const isWhole = data != null && errors === undefined && extensions === undefined;
    // A hint may say PRIVATE of what no fetch was asked for in a viewer's name; the other way round nobody is believed.
    if (!isWhole || making.isPublic !== policy.isPublic || (response.http.status ?? 200) !== 200) return;
    response.http.headers.set('cache-control', controlOf(policy));
    if (making.key === undefined || making.policies !== current || !making.marks.every(freshness.isFresh))
      return;
    const text = textOf({ data });
    texts.set(data, text);
    responses?.keep(making.key, { text, marks: making.marks }, policy.maxAge);
  };

  return {
    onGraph: (schema, schemas) => {
      current = new Policies(schemas.get(schema));
      graphs.set(schema, current);
      responses?.clear();
      freshness.renew();
    },
    wrapClient: (name, execute) => {
      const together = joinMs > 0 ? onceAtATime({ name, execute, freshness, joinMs, log }) : undefined;
      return (operation, call) => {
        const kind = current.ofFetch(operation.query);
        if (kind === 'write') return execute(operation, call).finally(() => freshness.wrote(name));
        const making = current.isAny ? makings.get(call.signal) : undefined;
        if (kind === 'private') {
          if (making !== undefined) making.isPublic = false;
          return isForeign && together !== undefined ? together(operation, call) : execute(operation, call);
        }
        making?.marks.push(freshness.mark(name));
        if (together !== undefined) return together(operation, call);
        return execute(operation, { ...call, viewer: anonymous, address: undefined });
      };
    },
    gateway: (inner) => {
      if (!isForeign || joinMs === 0) return inner;
      const onShared = (data: object) => void shared.add(data);
      return {
        load: async (loading) => {
          const { executor } = await inner.load(loading);
          return { executor: executor && answersAtOnce(executor, { freshness, joinMs, onShared }) };
        },
        onSchemaLoadOrUpdate: (listener) => inner.onSchemaLoadOrUpdate(listener),
        stop: () => inner.stop(),
      };
    },
    plugin: {
      serverWillStart: async () => ({ serverWillStop: async () => freshness.close() }),
      requestDidStart: async ({ schema }) => {
        const policies = graphs.get(schema);
        if (!policies?.isAny) return undefined;
        let policy: Policy | undefined;
        return {
          responseForOperation: async (context) => {
            const found = policies.ofOperation(context.document, context.operation);
            if (found.maxAge === 0) return null;
            policy = found;
            return answerKept(context, policy, policies);
          },
          willSendResponse: async (context) => {
            if (policy !== undefined) finish(context, policy);
          },
        };
      },
    },
    textOf: (result) => {
      if (result.errors !== undefined || result.data == null) return textOf(result);
      const known = texts.get(result.data);
      if (known !== undefined) return known;
      const text = textOf(result);
      if (shared.has(result.data) && result.extensions === undefined) texts.set(result.data, text);
      return text;
    },
  };
}

/** As Apollo writes it: with a line break, for people at a terminal. */
function textOf(result: FormattedExecutionResult): string {
  return `${JSON.stringify(result)}\n`;
}

function controlOf({ isPublic, maxAge }: Policy): string {
  return `${isPublic ? 'public' : 'private'}, max-age=${maxAge}`;
}
