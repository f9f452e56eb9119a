// Opens a subgraph: a migrated database, a schema, background work, and `execute` as its only entrance.
import type { GraphQLSchema } from 'graphql';
import type { Execute } from '../calls/call.ts';
import { createTraceScope, type TraceScope } from '../calls/trace.ts';
import { type ChangeNotices, createChangeHub } from '../changes/change-hub.ts';
import { openPostgresNotices, type PostgresNotices } from '../changes/postgres-notices.ts';
import { type OpenedDataSource, openDataSource } from '../database/data-source.ts';
import type { LocatedStatement } from '../database/declared-statements.ts';
import { maxStatementMs } from '../database/session.ts';
import type { ReadEvents } from '../events/read-events.ts';
import { openEvents } from '../followers/open-events.ts';
import { buildApplicationName, identifyCode, publishCode } from '../migrations/running-code.ts';
import { readCrashPoints } from '../process/crash-point.ts';
import type { DatabaseUrls } from '../process/database-urls.ts';
import type { Environment } from '../process/environment.ts';
import { type Log, openLog } from '../process/log.ts';
import { readGeneratedFields } from '../schema/generated-fields.ts';
import type { CheckReadiness } from '../transport/readiness.ts';
import type { Context } from './context.ts';
import {
  listNeighbours,
  type OwnResources,
  readSubgraphSettings,
  type SubgraphDefinition,
} from './definition.ts';
import { createHealthCheck, type SubgraphHealth } from './health.ts';
import { type Neighbour, watchNeighbours } from './neighbours.ts';
import { createOperationRunner } from './operation-runner.ts';
import { openPeers, type PeerClientFor } from './peer.ts';
import { buildCheckedSchema, type SchemaSource } from './schema.ts';
import { createSwappableExecutor } from './swappable-executor.ts';
import type { SubgraphCode } from './unanswered-fields.ts';
import { bindWebhooks, type WebhookHandlers } from './webhook.ts';

export interface Subgraph {
  name: string;
  execute: Execute;
  health: () => Promise<SubgraphHealth>;
  /** Resolves when it knows what its neighbours make of its calls, as far as they answer. */
  whenNeighboursAsked: Promise<unknown>;
  webhooks: WebhookHandlers;
  /** Notices that public rows of this subgraph have changed. */
  changeNotices: ChangeNotices;
  /** Reads its events. Undefined when it publishes none. */
  readEvents: ReadEvents | undefined;
  /** The server calls it once, with its origin. */
  onListening: (origin: string) => void;
  /** Writes the demo rows that do not exist yet. */
  demo: () => Promise<void>;
  /** Throws SubgraphSchemaError for a schema that the code cannot answer. The returned function starts to serve the schema. */
  prepareSchema: (changed: SchemaSource) => () => void;
  /** Number of SQL statements that this subgraph has sent so far. */
  statements: () => number;
  close: () => Promise<void>;
}

export interface OpenSubgraphOptions {
  definition: SubgraphDefinition;
  sdl: string;
  /** The path of the SDL, for error messages. */
  schemaFile?: string;
  /** The statements that the files of the subgraph declare. Without them, fields are not compared with rows. */
  statements?: readonly LocatedStatement[];
  urls: Pick<DatabaseUrls, 'runtime'>;
  environment: Environment;
  clientFor: PeerClientFor;
  /** How the events of another subgraph are read. Without it, the followers wait. */
  eventsFor?: (publisher: string) => ReadEvents;
  /** Aborts when the process was asked to end. By default nothing ends it. */
  endSignal?: AbortSignal | undefined;
  /** Whether a peer is ready, of those that `clientFor` returns. */
  readiness?: CheckReadiness;
  /** True where the peers are other processes, which may refuse the identity of this one. */
  signsCalls?: boolean;
}

/**
 * Opens a subgraph on a migrated database. Throws SubgraphSchemaError, before it connects, for a schema that the code cannot answer. When a part
 * fails, the database and the change notices are closed again.
 */
export async function openSubgraph(options: OpenSubgraphOptions): Promise<Subgraph> {
  const { definition, environment, urls } = options;
  const log = openLog(environment, definition.name);
  const settings = readSubgraphSettings(definition, environment);
  const source = { sdl: options.sdl, file: options.schemaFile ?? 'schema.graphql' };
  const schema = buildCheckedSchema(source, getCode(options));
  const code = options.statements === undefined ? undefined : identifyCode(options.statements);
  const traces = createTraceScope(log.isLevelEnabled('trace'));
  const database = await openDataSource({
    subgraph: definition.name,
    url: urls.runtime,
    tables: definition.tables,
    migrations: definition.migrations,
    poolSize: environment.DATABASE_POOL_SIZE,
    // One session stays, so that a migration knows that this instance is up.
    minPoolSize: 1,
    applicationName: buildApplicationName(definition.name, code?.version),
    responseTimeoutMs: maxStatementMs + 5_000,
    log,
    currentTrace: traces.current,
  });
  const changes = openChangeNotices(options, schema, log);
  try {
    if (code !== undefined) await publishCode(database.db, definition.name, code);
    return await startSubgraph(options, { settings, schema, database, changes, log, traces });
  } catch (cause) {
    await changes.close();
    await database.db.destroy();
    throw cause;
  }
}

function getCode({ definition, statements, schemaFile }: OpenSubgraphOptions): SubgraphCode {
  const { resolvers, tables } = definition;
  const generated = schemaFile === undefined ? undefined : readGeneratedFields(schemaFile);
  return { resolvers, tables, statements, generated };
}

interface OpenedParts {
  settings: Readonly<Record<string, unknown>>;
  schema: GraphQLSchema;
  database: OpenedDataSource;
  changes: OpenedChangeNotices;
  log: Log;
  traces: TraceScope;
}

/** Opens the subgraph's own resources, starts its background work and returns its entrance. */
async function startSubgraph(options: OpenSubgraphOptions, parts: OpenedParts): Promise<Subgraph> {
  const { definition, environment } = options;
  const { schema, database, changes } = parts;
  const ownResources = await openOwnResources(options, parts);
  const { readiness } = options;
  const outside = Object.entries(definition.neighbours?.(ownResources.own) ?? {});
  const neighbours = watchNeighbours(
    [...listPeers(options), ...outside.map(([name, ask]) => ({ name, ask, pauseMs: outsidePauseMs }))],
    parts.log,
  );
  const peers = openPeers(options.clientFor, definition, undefined, readiness, neighbours);
  const ctx: Context = {
    db: database.db,
    log: parts.log,
    peer: peers.callPeer,
    crashPoint: readCrashPoints(definition.name, environment),
    own: ownResources.own,
    publishChange: changes.publishChange,
    endSignal: options.endSignal ?? new AbortController().signal,
    openBatches: new Map(),
  };
  const createExecute = (served: GraphQLSchema) =>
    createOperationRunner(served, ctx, {
      maxReferences: environment.MAX_REPRESENTATIONS,
      hideSuggestions: environment.NODE_ENV === 'production',
      runInTrace: parts.traces.run,
    });
  const swappable = createSwappableExecutor(createExecute(schema), environment.REQUEST_TIMEOUT_MS);
  const webhooks = bindWebhooks(ctx, definition.name, definition.webhooks);
  const openRest = async () => {
    await definition.prepare?.(ctx);
    return openEvents({
      definition,
      databaseUrl: options.urls.runtime,
      log: parts.log,
      notices: changes.changeNotices,
      publishChange: changes.publishChange,
      keptDays: environment.EVENTS_KEEP_DAYS,
      eventsFor: options.eventsFor ?? refuseToFollow,
    });
  };
  const events = await openRest().catch(async (cause: unknown) => {
    await ownResources.close?.();
    throw cause;
  });
  const stopBackground = definition.background?.(ctx);
  return {
    name: definition.name,
    execute: swappable.execute,
    prepareSchema: (changed) => {
      const next = createExecute(buildCheckedSchema(changed, getCode(options), schema));
      return () => swappable.replace(next);
    },
    health: createHealthCheck(ctx, definition, database, {
      peers,
      neighbours,
      outside: outside.map(([name]) => name),
      followers: events.followers,
    }),
    whenNeighboursAsked: neighbours.whenAsked,
    webhooks,
    changeNotices: changes.changeNotices,
    readEvents: events.readEvents,
    onListening: (origin) => definition.onListening?.(ctx, origin),
    demo: async () => definition.demo?.(ctx),
    statements: database.statements,
    close: async () => {
      await Promise.all([stopBackground?.(), events.close()]);
      await ownResources.close?.();
      await changes.close();
      await database.db.destroy();
    },
  };
}

const refuseToFollow =
  (publisher: string): ReadEvents =>
  async () => {
    throw new Error(`the events of ${publisher} cannot be read here`);
  };

/** A service outside of the graph is asked seldom: its key stays right. */
const outsidePauseMs = 600_000;

/** In one process no call between subgraphs is signed, and nothing has to be asked. */
function listPeers({ definition, readiness, signsCalls = false }: OpenSubgraphOptions): Neighbour[] {
  if (readiness === undefined || !signsCalls) return [];
  return listNeighbours(definition).map((name) => ({
    name,
    ask: async (signal) => (await readiness(name, signal)).details,
  }));
}

async function openOwnResources(
  { definition, environment, urls }: OpenSubgraphOptions,
  { settings, log }: OpenedParts,
): Promise<OwnResources<unknown>> {
  const start = { settings, environment, log, databaseUrl: urls.runtime };
  return (await definition.open?.(start)) ?? { own: undefined };
}

interface OpenedChangeNotices extends PostgresNotices {
  changeNotices: ChangeNotices;
}

/**
 * Connects the instances of a subgraph for change notices, which wake the readers of its events as well. A subgraph without events and
 * without @cacheControl needs none: nobody reads, and no response is kept.
 */
function openChangeNotices(
  { definition, urls }: OpenSubgraphOptions,
  schema: GraphQLSchema,
  log: Log,
): OpenedChangeNotices {
  const hub = createChangeHub({ isReceiving: false });
  if (schema.getDirective('cacheControl') == null && definition.events === undefined) {
    return { changeNotices: hub, publishChange: hub.publish, close: async () => {} };
  }
  const notices = openPostgresNotices({ subgraph: definition.name, databaseUrl: urls.runtime, hub, log });
  return { changeNotices: hub, ...notices };
}
