// What a subgraph is, and how one is opened: migrated database, schema, background work, and `execute` as the one way in.
import type { GraphQLSchema } from 'graphql';
import type { EntitySchema, MigrationInterface } from 'typeorm';
import { z } from 'zod';
import type { Execute } from '../calls/call.ts';
import type { PeerHealth } from '../calls/resilience.ts';
import { type ChangeNotices, createChangeHub } from '../changes/change-hub.ts';
import { openPostgresNotices, type PostgresNotices } from '../changes/postgres-notices.ts';
import { openDataSource } from '../database/data-source.ts';
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
  /** Same as the folder, the entry in supergraph.yaml, the database and its roles. */
  name: string;
  // biome-ignore lint/suspicious/noExplicitAny: tables of different rows stand in one list
  tables: readonly EntitySchema<any>[];
  /** Oldest first, listed by hand: what runs is what a reviewer saw. */
  migrations: readonly (new () => MigrationInterface)[];
  resolvers: ResolverMap;
  /** Other subgraphs it asks in its own name; it can reach no others. */
  peers?: readonly string[];
  /** Its refusal codes with their messages: see errors.ts of the subgraph. */
  refusals: Readonly<Record<string, string>>;
  /** Environment variables only this subgraph reads; their names start with its own. */
  settings?: Settings;
  /** Opens what it needs beside its database. Runs before the first operation, after migrations. */
  open?: (start: OpenOptions<z.infer<Settings>>) => Promise<OwnResources<Own>> | OwnResources<Own>;
  /** Opens what all instances on one machine share, before any of them. Undefined where that is nothing. */
  share?: (
    start: Omit<OpenOptions<z.infer<Settings>>, 'databaseUrl'>,
  ) => Promise<SharedResources | undefined>;
  /** Work beside the operations (sweepers), started once it is open. Answers how to stop it; closing waits for that. */
  background?: (ctx: Context<Own>) => () => Promise<void>;
  /** What outsiders may call beside the graph, by path: see webhook.ts. */
  webhooks?: Readonly<Record<string, Webhook<Own>>>;
  /** Told the origin (http://host:port) at which its webhooks are answered, once a server listens there. */
  onListening?: (ctx: Context<Own>, origin: string) => void;
  /** Rows for a first look, written once: safe to run at every start. */
  demo?: (ctx: Context<Own>) => Promise<void>;
}

export interface OpenOptions<Settings> {
  settings: Settings;
  /** Its database as the runtime role, for a connection of its own outside the pool. */
  databaseUrl: string;
  environment: Environment;
  log: Log;
}

export interface OwnResources<Own> {
  own: Own;
  close?: () => Promise<void>;
}

/** What instances on one machine share: they find the way to it in their environment. */
export interface SharedResources {
  variables: Readonly<Record<string, string>>;
  /** Told the origin at which the instances answer. */
  onListening: (origin: string) => void;
  close: () => Promise<void>;
}

export interface SubgraphHealth {
  database: { up: boolean; latencyMs: number | null };
  migrations: MigrationState | null;
  /** By name, as this process has found them lately. */
  peers: Readonly<Record<string, PeerHealth>>;
}

/** A subgraph can answer with its database and all migrations; a peer that is down costs what needs it, not the rest. */
export function toReadiness({ database, migrations, peers }: SubgraphHealth): Readiness {
  const ready = database.up && migrations !== null && migrations.pending.length === 0;
  return { isReady: ready, details: { database, migrations, peers } };
}

export interface Subgraph {
  name: string;
  execute: Execute;
  health: () => Promise<SubgraphHealth>;
  webhooks: WebhookHandlers;
  /** Notices that public rows of this subgraph have changed. */
  changeNotices: ChangeNotices;
  /** Whoever serves it says where, once. */
  onListening: (origin: string) => void;
  /** Writes the demo rows where they are not yet there. */
  demo: () => Promise<void>;
  /** Throws ChangedSchemaError for a schema that the resolvers do not fit. What it answers serves it from then on. */
  prepareSchema: (changed: ChangedSchema) => () => void;
  /** SQL statements this subgraph has sent so far. */
  statements: () => number;
  close: () => Promise<void>;
}

/** Types a definition where it is written, so that `own` and `settings` are known to its resolvers. */
export function defineSubgraph<Settings extends z.ZodObject, Own>(
  definition: SubgraphDefinition<Settings, Own>,
): SubgraphDefinition<Settings, Own> {
  return definition;
}

/** Opens a subgraph on a database that is migrated already. Whatever was opened is closed again when a later part fails. */
export async function openSubgraph(options: {
  definition: SubgraphDefinition;
  sdl: string;
  urls: Pick<DatabaseUrls, 'runtime'>;
  environment: Environment;
  clientFor: PeerClientFor;
}): Promise<Subgraph> {
  const { definition, environment } = options;
  const log = openLog(environment, definition.name);
  const settings = readSettings(definition.settings ?? z.object({}), environment);
  const schemaOfResolvers = buildExecutableSchema(options.sdl, definition.resolvers);
  const database = await openDataSource({
    subgraph: definition.name,
    url: options.urls.runtime,
    tables: definition.tables,
    migrations: definition.migrations,
    poolSize: environment.DATABASE_POOL_SIZE,
    responseTimeoutMs: maxStatementMs + 5_000,
    log,
  });
  const changes = openChangeNotices(options, schemaOfResolvers, log);
  try {
    const owned = (await definition.open?.({
      settings,
      environment,
      log,
      databaseUrl: options.urls.runtime,
    })) ?? { own: undefined };
    const peers = openPeers(options.clientFor, definition);
    const ctx: Context = {
      db: database.db,
      log,
      peer: peers.callPeer,
      crashPoint: readCrashPoints(definition.name, environment),
      own: owned.own,
      publishChange: changes.publishChange,
      openBatches: new Map(),
    };
    const executorFor = (schema: GraphQLSchema) =>
      createOperationRunner(schema, ctx, environment.MAX_REPRESENTATIONS);
    const serving = createSwappableExecutor(executorFor(schemaOfResolvers), environment.REQUEST_TIMEOUT_MS);
    const webhooks = bindWebhooks(ctx, definition.name, definition.webhooks);
    const stopBackground = definition.background?.(ctx);
    return {
      name: definition.name,
      execute: serving.execute,
      prepareSchema: (changed) => {
        const next = executorFor(buildChangedSchema(changed, definition.resolvers));
        return () => serving.replace(next);
      },
      health: () => checkHealth(ctx, definition, peers),
      webhooks,
      changeNotices: changes.changeNotices,
      onListening: (origin) => definition.onListening?.(ctx, origin),
      demo: async () => definition.demo?.(ctx),
      statements: database.statements,
      close: async () => {
        await stopBackground?.();
        await owned.close?.();
        await changes.close();
        await database.db.destroy();
      },
    };
  } catch (cause) {
    await changes.close();
    await database.db.destroy();
    throw cause;
  }
}

interface OpenedChangeNotices extends PostgresNotices {
  changeNotices: ChangeNotices;
}

/** Connects the instances of a subgraph for change notices. A schema without @cacheControl needs none: no response is kept. */
function openChangeNotices(
  { definition, urls }: Parameters<typeof openSubgraph>[0],
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
    ctx.log.warn({ err: cause }, 'the database does not answer');
    return { database: { up: false, latencyMs: null }, migrations: null, peers: health() };
  }
}
