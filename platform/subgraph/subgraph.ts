// Defines what a subgraph is, and opens one: a migrated database, a schema, background work, and `execute` as its only entrance.
import type { GraphQLSchema } from 'graphql';
import type { EntitySchema, MigrationInterface } from 'typeorm';
import { z } from 'zod';
import type { Execute } from '../calls/call.ts';
import type { PeerHealth } from '../calls/resilience.ts';
import { type ChangeNotices, createChangeHub } from '../changes/change-hub.ts';
import { openPostgresNotices, type PostgresNotices } from '../changes/postgres-notices.ts';
import { type OpenedDataSource, openDataSource } from '../database/data-source.ts';
import { type MigrationState, readMigrationState } from '../database/migrate.ts';
import { maxStatementMs } from '../database/provision.ts';
import type { Readiness } from '../http/health.ts';
import { readCrashPoints } from '../process/crash-point.ts';
import type { DatabaseUrls } from '../process/database-urls.ts';
import type { Environment } from '../process/environment.ts';
import { readSettings } from '../process/environment.ts';
import { type Log, openLog } from '../process/log.ts';
import type { Context } from './context.ts';
import { createOperationRunner } from './operation-runner.ts';
import { openPeers, type PeerClientFor, type Peers } from './peer.ts';
import { buildExecutableSchema, type ResolverMap } from './schema.ts';
import { buildChangedSchema, type ChangedSchema } from './schema-reload.ts';
import { createSwappableExecutor } from './swappable-executor.ts';
import { bindWebhooks, type Webhook, type WebhookHandlers } from './webhook.ts';

export interface SubgraphDefinition<Settings extends z.ZodObject = z.ZodObject, Own = unknown> {
  /** The name of the folder, of the entry in supergraph.yaml, of the database and of its roles. */
  name: string;
  // biome-ignore lint/suspicious/noExplicitAny: tables of different rows are in one list
  tables: readonly EntitySchema<any>[];
  /** Oldest first, listed by hand, so that a reviewer sees all migrations that run. */
  migrations: readonly (new () => MigrationInterface)[];
  resolvers: ResolverMap;
  /** Other subgraphs that it calls in its own name. It can call no others. */
  peers?: readonly string[];
  /** Its refusal codes with their messages: see errors.ts of the subgraph. */
  refusals: Readonly<Record<string, string>>;
  /** Environment variables that only this subgraph reads. Their names start with the name of the subgraph. */
  settings?: Settings;
  /** Opens the resources that it needs beside its database, after migrations and before the first operation. */
  open?: (start: OpenOptions<z.infer<Settings>>) => Promise<OwnResources<Own>> | OwnResources<Own>;
  /** Opens the resources that all instances on one machine share, before the first instance. Undefined when there are none. */
  share?: (
    start: Omit<OpenOptions<z.infer<Settings>>, 'databaseUrl'>,
  ) => Promise<SharedResources | undefined>;
  /** Starts background work when the subgraph is open. Returns a function that stops the work; closing awaits it. */
  background?: (ctx: Context<Own>) => () => Promise<void>;
  /** Webhooks of external senders, by path: see webhook.ts. */
  webhooks?: Readonly<Record<string, Webhook<Own>>>;
  /** Receives the origin of its webhooks (http://host:port) when a server listens there. */
  onListening?: (ctx: Context<Own>, origin: string) => void;
  /** Writes demo rows once. It is safe to run at every start. */
  demo?: (ctx: Context<Own>) => Promise<void>;
}

export interface OpenOptions<Settings> {
  settings: Settings;
  /** Its database as the runtime role, for a connection outside of the pool. */
  databaseUrl: string;
  environment: Environment;
  log: Log;
}

export interface OwnResources<Own> {
  own: Own;
  close?: () => Promise<void>;
}

/** Resources that the instances on one machine share. The instances find them through environment variables. */
export interface SharedResources {
  variables: Readonly<Record<string, string>>;
  /** Receives the origin of the instances. */
  onListening: (origin: string) => void;
  close: () => Promise<void>;
}

export interface SubgraphHealth {
  database: { up: boolean; latencyMs: number | null };
  migrations: MigrationState | null;
  /** By name, as seen by the recent calls of this process. */
  peers: Readonly<Record<string, PeerHealth>>;
}

/** A subgraph is ready with its database and all migrations. A peer that is down fails only the operations that need it. */
export function toReadiness({ database, migrations, peers }: SubgraphHealth): Readiness {
  const isReady = database.up && migrations !== null && migrations.pending.length === 0;
  return { isReady, details: { database, migrations, peers } };
}

export interface Subgraph {
  name: string;
  execute: Execute;
  health: () => Promise<SubgraphHealth>;
  webhooks: WebhookHandlers;
  /** Notices that public rows of this subgraph have changed. */
  changeNotices: ChangeNotices;
  /** The server calls it once, with its origin. */
  onListening: (origin: string) => void;
  /** Writes the demo rows that do not exist yet. */
  demo: () => Promise<void>;
  /** Throws ChangedSchemaError for a schema that does not fit the resolvers. The returned function starts to serve the schema. */
  prepareSchema: (changed: ChangedSchema) => () => void;
  /** Number of SQL statements that this subgraph has sent so far. */
  statements: () => number;
  close: () => Promise<void>;
}

/** Infers the types of a definition, so that its functions know the types of `own` and `settings`. */
export function defineSubgraph<Settings extends z.ZodObject, Own>(
  definition: SubgraphDefinition<Settings, Own>,
): SubgraphDefinition<Settings, Own> {
  return definition;
}

export interface OpenSubgraphOptions {
  definition: SubgraphDefinition;
  sdl: string;
  urls: Pick<DatabaseUrls, 'runtime'>;
  environment: Environment;
  clientFor: PeerClientFor;
}

/** Opens a subgraph on a migrated database. When a part fails, the database and the change notices are closed again. */
export async function openSubgraph(options: OpenSubgraphOptions): Promise<Subgraph> {
  const { definition, environment, urls } = options;
  const log = openLog(environment, definition.name);
  const settings = readSettings(definition.settings ?? z.object({}), environment);
  const schema = buildExecutableSchema(options.sdl, definition.resolvers);
  const database = await openDataSource({
    subgraph: definition.name,
    url: urls.runtime,
    tables: definition.tables,
    migrations: definition.migrations,
    poolSize: environment.DATABASE_POOL_SIZE,
    responseTimeoutMs: maxStatementMs + 5_000,
    log,
  });
  const changes = openChangeNotices(options, schema, log);
  try {
    return await startSubgraph(options, { settings, schema, database, changes, log });
  } catch (cause) {
    await changes.close();
    await database.db.destroy();
    throw cause;
  }
}

interface OpenedParts {
  settings: Readonly<Record<string, unknown>>;
  schema: GraphQLSchema;
  database: OpenedDataSource;
  changes: OpenedChangeNotices;
  log: Log;
}

/** Opens the subgraph's own resources, starts its background work and returns its entrance. */
async function startSubgraph(options: OpenSubgraphOptions, parts: OpenedParts): Promise<Subgraph> {
  const { definition, environment } = options;
  const { schema, database, changes } = parts;
  const ownResources = await openOwnResources(options, parts);
  const peers = openPeers(options.clientFor, definition);
  const ctx: Context = {
    db: database.db,
    log: parts.log,
    peer: peers.callPeer,
    crashPoint: readCrashPoints(definition.name, environment),
    own: ownResources.own,
    publishChange: changes.publishChange,
    openBatches: new Map(),
  };
  const createExecute = (served: GraphQLSchema) =>
    createOperationRunner(served, ctx, {
      maxReferences: environment.MAX_REPRESENTATIONS,
      hideSuggestions: environment.NODE_ENV === 'production',
    });
  const swappable = createSwappableExecutor(createExecute(schema), environment.REQUEST_TIMEOUT_MS);
  const webhooks = bindWebhooks(ctx, definition.name, definition.webhooks);
  const stopBackground = definition.background?.(ctx);
  return {
    name: definition.name,
    execute: swappable.execute,
    prepareSchema: (changed) => {
      const next = createExecute(buildChangedSchema(changed, definition.resolvers));
      return () => swappable.replace(next);
    },
    health: () => checkHealth(ctx, definition, peers),
    webhooks,
    changeNotices: changes.changeNotices,
    onListening: (origin) => definition.onListening?.(ctx, origin),
    demo: async () => definition.demo?.(ctx),
    statements: database.statements,
    close: async () => {
      await stopBackground?.();
      await ownResources.close?.();
      await changes.close();
      await database.db.destroy();
    },
  };
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

/** Connects the instances of a subgraph for change notices. A schema without @cacheControl needs none: no response is kept. */
function openChangeNotices(
  { definition, urls }: OpenSubgraphOptions,
  schema: GraphQLSchema,
  log: Log,
): OpenedChangeNotices {
  const hub = createChangeHub({ isReceiving: false });
  if (schema.getDirective('cacheControl') == null) {
    return { changeNotices: hub, publishChange: hub.publish, close: async () => {} };
  }
  const notices = openPostgresNotices({ subgraph: definition.name, databaseUrl: urls.runtime, hub, log });
  return { changeNotices: hub, ...notices };
}

async function checkHealth(
  ctx: Context,
  definition: SubgraphDefinition,
  { health }: Peers,
): Promise<SubgraphHealth> {
  const started = performance.now();
  try {
    await ctx.db.query('SELECT 1');
    const latencyMs = Math.round((performance.now() - started) * 100) / 100;
    const migrations = await readMigrationState(ctx.db, definition);
    return { database: { up: true, latencyMs }, migrations, peers: health() };
  } catch (cause) {
    ctx.log.warn({ err: cause }, 'the database does not respond');
    return { database: { up: false, latencyMs: null }, migrations: null, peers: health() };
  }
}
