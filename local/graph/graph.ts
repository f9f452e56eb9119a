// The whole graph in one process: the subgraphs, the composed supergraph, and the gateway, which calls the subgraphs in memory.
// `npm start` and the one-process tests run exactly this code.
import { createAuthenticator } from '../../gateway/authenticate.ts';
import { type Gateway, openGateway } from '../../gateway/gateway.ts';
import type { GatewayOptions, WorkersHealth } from '../../gateway/options.ts';
import { readGatewaySettings } from '../../gateway/settings/settings.ts';
import type { Execute } from '../../platform/calls/call.ts';
import { provision } from '../../platform/database/provision.ts';
import { checkQueryRoles } from '../../platform/database/provisioning/query-role.ts';
import type { ReadEvents } from '../../platform/events/read-events.ts';
import { migrateOnStart } from '../../platform/migrations/on-start.ts';
import type { DatabaseUrls } from '../../platform/process/database-urls.ts';
import type { Environment } from '../../platform/process/environment.ts';
import { openLog } from '../../platform/process/log.ts';
import type { OpenResources } from '../../platform/process/shutdown.ts';
import { isHotReloadEnabled, reloadOnChange } from '../../platform/process/watch-files.ts';
import { toReadiness } from '../../platform/subgraph/health.ts';
import { openSubgraph, type Subgraph } from '../../platform/subgraph/subgraph.ts';
import { listDemoOperations } from './demo-operations.ts';
import { firstPurchase } from './first-purchase.ts';
import type { LoadedGraph, LoadedSubgraph } from './loaded-graph.ts';
import { createGraphSource } from './reload.ts';

export interface GraphOptions {
  graph: LoadedGraph;
  environment: Environment;
  urls: ReadonlyMap<string, DatabaseUrls>;
  /** Everything that was opened, in order. */
  opened: OpenResources;
  host: string;
  port: number;
  /** The health of all workers, when this process is one of several. */
  workers?: () => WorkersHealth;
  /** Aborts when the process was asked to end. */
  endSignal?: AbortSignal;
  /** Plans for several graphs of one process. */
  planning?: GatewayOptions['planning'];
  /** Called after each step. */
  onStep?: (step: string) => void;
  /** See reloadOnChange. */
  onReload?: ((message: string) => void) | undefined;
}

export interface Graph {
  gateway: Gateway;
  subgraphs: ReadonlyMap<string, Subgraph>;
}

export async function openGraph(options: GraphOptions): Promise<Graph> {
  const { graph, urls, environment, onStep = () => {} } = options;
  await prepareDatabases(graph.subgraphs, urls, environment, onStep);
  return serveGraph(options);
}

/** Opens the graph over databases that are prepared already. The runtime roles are enough for that. */
export async function serveGraph(
  options: Omit<GraphOptions, 'urls'> & { urls: ReadonlyMap<string, Pick<DatabaseUrls, 'runtime'>> },
): Promise<Graph> {
  const { graph, environment, opened, endSignal, onStep = () => {} } = options;
  const subgraphs = new Map<string, Subgraph>();
  const findSubgraph = (name: string): Subgraph => {
    const subgraph = subgraphs.get(name);
    if (subgraph === undefined) throw new Error(`supergraph.yaml has no subgraph "${name}"`);
    return subgraph;
  };
  const clientFor = (name: string): Execute => findSubgraph(name).execute;
  const eventsFor =
    (publisher: string): ReadEvents =>
    async (request, signal) => {
      const { readEvents } = findSubgraph(publisher);
      if (readEvents === undefined) throw new Error(`${publisher} publishes no events`);
      return readEvents(request, signal);
    };
  const readiness = async (name: string) => toReadiness(await findSubgraph(name).health());
  for (const { definition, entry, sdl, statements } of graph.subgraphs) {
    const urls = options.urls.get(definition.name);
    if (urls === undefined) throw new Error(`${definition.name} has no database URL`);
    const subgraph = await openSubgraph({
      definition,
      sdl,
      schemaFile: entry.schemaFile,
      statements,
      urls,
      environment,
      clientFor,
      eventsFor,
      readiness,
      endSignal,
    });
    subgraphs.set(definition.name, subgraph);
    opened.add(definition.name, subgraph.close);
  }
  onStep(`opened ${[...subgraphs.keys()].join(', ')}`);

  const log = openLog(environment, 'gateway');
  const supergraph = createGraphSource(graph, subgraphs);
  const { host, port, workers, planning } = options;
  const gateway = await openGateway({
    supergraph,
    clientFor,
    readiness,
    changeNoticesFor: (name) => findSubgraph(name).changeNotices,
    authenticateOver: (clientFor) => createAuthenticator(clientFor('accounts'), log),
    environment,
    settings: readGatewaySettings(environment),
    host,
    port,
    log,
    ...(workers === undefined ? {} : { workers }),
    ...(planning === undefined ? {} : { planning }),
    console: firstPurchase,
    documents: listDemoOperations(environment),
    webhooks: Object.assign({}, ...[...subgraphs.values()].map(({ webhooks }) => webhooks)),
  });
  opened.add('gateway', gateway.close);
  if (isHotReloadEnabled(environment)) {
    const stop = reloadOnChange({ ...supergraph.reloadOptions, log, onReload: options.onReload });
    opened.add('watch over the graph', async () => stop());
  }
  for (const subgraph of subgraphs.values()) subgraph.onListening(new URL(gateway.url).origin);
  onStep(`gateway answers at ${gateway.url}`);
  return { gateway, subgraphs };
}

/** Provisions the databases that have the URL of a superuser, checks the roles, then runs pending migrations, or refuses them: see migrateOnStart. */
export async function prepareDatabases(
  subgraphs: readonly LoadedSubgraph[],
  databases: ReadonlyMap<string, DatabaseUrls>,
  environment: Environment,
  onStep: (step: string) => void,
): Promise<(LoadedSubgraph & { urls: DatabaseUrls })[]> {
  const targets = subgraphs.map((loaded) => {
    const urls = databases.get(loaded.definition.name);
    if (urls === undefined) throw new Error(`${loaded.definition.name} has no database URL`);
    return { ...loaded, urls };
  });
  const withAdmin = targets.filter(({ urls }) => urls.admin !== undefined);
  await Promise.all(
    withAdmin.map(({ definition, urls: { admin = '', ...urls } }) =>
      provision(definition.name, { ...urls, admin }),
    ),
  );
  if (withAdmin.length > 0) {
    onStep(`provisioned ${withAdmin.map(({ definition }) => definition.name).join(', ')}: two roles each`);
  }
  const log = openLog(environment, 'start');
  const roles = new Map(targets.map(({ definition, urls }) => [definition.name, urls]));
  await checkQueryRoles(roles, environment, (problem) => log.warn(problem));
  const ran = await migrateOnStart(
    targets.map(({ definition, urls }) => ({
      target: definition,
      urls,
      log: openLog(environment, definition.name),
    })),
    environment,
  );
  onStep(ran.length === 0 ? 'migrations are up to date' : `ran ${ran.length} migrations`);
  return targets;
}
