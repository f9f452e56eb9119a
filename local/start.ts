// What `npm start` does: it reads all settings, starts the databases and the graph (or one subgraph alone), and prints a summary.
// commands/start.ts is the command.
import { randomBytes } from 'node:crypto';
import { readGatewaySettings } from '../gateway/settings/settings.ts';
import { readCheckedSettings, readTrustedDocuments } from '../gateway/trusted-documents/read-documents.ts';
import { createBundleFinder } from '../platform/console/bundle.ts';
import { refuseTakenPort } from '../platform/http/listen.ts';
import { type DatabaseUrls, readDatabaseUrls } from '../platform/process/database-urls.ts';
import {
  type Environment,
  environmentFile,
  isProduction,
  loadEnvironmentFile,
  readEnvironmentAnd,
} from '../platform/process/environment.ts';
import { forbidsPublicPasswords, warnOfExposure } from '../platform/process/exposure.ts';
import { type Lifecycle, throwIfEnding, UsageError } from '../platform/process/lifecycle.ts';
import { openLog } from '../platform/process/log.ts';
import { warnOfUnreadVariables } from '../platform/process/unread-variables.ts';
import { readSubgraphSettings } from '../platform/subgraph/definition.ts';
import { readSupergraphMap, type SubgraphEntry, type SupergraphMap } from '../platform/supergraph-map.ts';
import { findEntry } from '../subgraphs/load.ts';
import { claimDataFolder } from './data-folder.ts';
import { serveAlone } from './graph/alone.ts';
import { prepareDemo } from './graph/demo.ts';
import { listDemoOperations } from './graph/demo-operations.ts';
import { type GraphOptions, openGraph } from './graph/graph.ts';
import { composeGraph, type LoadedSubgraph, loadSubgraphFiles } from './graph/loaded-graph.ts';
import { createLogSpeaker, createPrinter, type Speaker } from './graph/speaker.ts';
import { formatSummary, formatSummaryAlone } from './graph/summary.ts';
import { startCluster } from './postgres/cluster.ts';
import { buildEmbeddedUrls, usesEmbeddedPostgres } from './postgres/databases.ts';
import { noteDataFolder } from './running-graphs.ts';
import { startWorkers } from './workers/start-workers.ts';
import { openWorkers, type Workers } from './workers/workers.ts';

interface Start extends Lifecycle {
  environment: Environment;
  map: SupergraphMap;
  /** The subgraphs to start: all of them, or one. */
  loaded: readonly LoadedSubgraph[];
  fresh: boolean;
  speak: Speaker;
  onStep: (step: string) => void;
}

/** Starts what the arguments of the command choose. Everything that it opens is in `life.resources`. */
export async function startAll(life: Lifecycle): Promise<void> {
  await throwIfEnding(life.endSignal);
  loadEnvironmentFile();
  if (isProduction()) life.writeLines('start');
  const { subgraph, fresh } = readArguments(process.argv.slice(2));
  const map = readSupergraphMap();
  const alone = subgraph === undefined ? undefined : findEntry(map, subgraph);
  const entries = alone === undefined ? map.subgraphs : [alone];
  const loaded = await Promise.all(entries.map((entry) => loadSubgraphFiles(map, entry)));
  const environment = addOperatorToken(reduceLogging(readWholeEnvironment(map, loaded)));
  const speak = isProduction() ? createLogSpeaker(environment) : createPrinter();
  warnOfExposure(environment, speak.warn);
  const notRead = alone === undefined ? (['SUPERGRAPH'] as const) : (['SUPERGRAPH', 'WORKERS'] as const);
  warnOfUnreadVariables({ environment, files: [environmentFile], notRead }, speak.warn);
  life.reportStop(speak.message);
  life.allowDrain(environment.DRAIN_MS);
  const start = { ...life, environment, map, loaded, fresh, speak, onStep: speak.step };
  await (alone === undefined ? startGraph(start) : startAlone(start, alone));
}

/** Reports every invalid variable at once, before anything is started, including settings and database URLs of the subgraphs. */
function readWholeEnvironment(map: SupergraphMap, loaded: readonly LoadedSubgraph[]): Environment {
  const names = loaded.map(({ definition }) => definition.name);
  const [environment] = readEnvironmentAnd([
    (given: Environment) =>
      usesEmbeddedPostgres(given, listNames(map)) ? undefined : readDatabaseUrls(given, names),
    readCheckedSettings,
    ...loaded.map(
      ({ definition }) =>
        (given: Environment) =>
          readSubgraphSettings(definition, given),
    ),
  ]);
  return environment;
}

async function startGraph(start: Start): Promise<void> {
  const { environment, map, loaded, resources, endSignal, speak, onStep } = start;
  const address = { host: environment.HOST, port: environment.PORT ?? 4000 };
  // A taken port is found at once, before PostgreSQL starts.
  await refuseTakenPort(address);
  endSignal.throwIfAborted();
  // The workers load the code while PostgreSQL starts.
  const workers = environment.WORKERS > 1 ? forkWorkers(start) : undefined;
  const [urls, graph] = await settleBoth(openDatabases(start), composeGraph(map, loaded));
  onStep(`composed the supergraph from ${loaded.length} subgraphs`);
  endSignal.throwIfAborted();
  const options = {
    graph,
    environment,
    urls,
    opened: resources,
    endSignal,
    ...address,
    onStep,
    onReload: speak.message,
  };
  const { url, token } =
    workers === undefined
      ? await startInProcess(options, hasDemo(start))
      : await startWorkers({ ...options, workers, withDemo: hasDemo(start) });
  if (token !== undefined) onStep('demo catalogue, accounts and purchase are there');
  endSignal.throwIfAborted();
  const operatorToken = environment.source.OPERATOR_TOKEN ? undefined : environment.OPERATOR_TOKEN;
  const registered = listRegistered(environment);
  speak.ready({ url, registered }, () => formatSummary({ url, token, urls, operatorToken, registered }));
  // A person who reads this will open the page next. Where it cannot be built, the page itself says so.
  if (process.stdout.isTTY && !isProduction()) void createBundleFinder()().catch(() => {});
}

/** The names of the operations that the gateway answers; undefined where it answers each. */
function listRegistered(environment: Environment): string[] | undefined {
  const { TRUSTED_DOCUMENTS, OPERATIONS_DIR } = readGatewaySettings(environment);
  if (!TRUSTED_DOCUMENTS) return undefined;
  return [...new Set(readTrustedDocuments(OPERATIONS_DIR, listDemoOperations(environment)).names)];
}

async function startInProcess(
  options: GraphOptions,
  withDemo: boolean,
): Promise<{ url: string; token: string | undefined }> {
  const running = await openGraph(options);
  return { url: running.gateway.url, token: withDemo ? await prepareDemo(running) : undefined };
}

/** The workers are in `opened` from here on, so that they end when a later step fails. */
function forkWorkers({ environment, resources }: Start): Workers {
  const workers = openWorkers(environment.WORKERS, environment.DRAIN_MS, openLog(environment, 'workers'));
  resources.add('workers', () => workers.close());
  return workers;
}

async function startAlone(start: Start, entry: SubgraphEntry): Promise<void> {
  const { environment, loaded, resources, endSignal, speak, onStep } = start;
  const port = environment.PORT ?? Number(new URL(entry.routingUrl).port);
  const address = { host: environment.HOST, port };
  await refuseTakenPort(address);
  const urls = await openDatabases(start);
  endSignal.throwIfAborted();
  for (const one of loaded) {
    const options = {
      loaded: one,
      urls,
      environment,
      opened: resources,
      ...address,
      withDemo: hasDemo(start),
      onStep,
      onReload: speak.message,
    };
    const served = await serveAlone(options);
    speak.ready({ url: served.url }, () => formatSummaryAlone(served));
  }
}

/** Demo rows are written with the embedded PostgreSQL, where their password is allowed, or when DEMO_DATA asks for them. */
function hasDemo({ environment, map }: Pick<Start, 'environment' | 'map'>): boolean {
  const isWanted = environment.DEMO_DATA ?? usesEmbeddedPostgres(environment, listNames(map));
  return Boolean(isWanted) && !forbidsPublicPasswords(environment);
}

async function openDatabases(start: Start): Promise<Map<string, DatabaseUrls>> {
  const { environment, map, loaded } = start;
  const names = loaded.map(({ definition }) => definition.name);
  return usesEmbeddedPostgres(environment, listNames(map))
    ? openEmbedded(start, names)
    : readDatabaseUrls(environment, names);
}

function listNames(map: SupergraphMap): string[] {
  return map.subgraphs.map(({ name }) => name);
}

async function openEmbedded(start: Start, names: readonly string[]): Promise<Map<string, DatabaseUrls>> {
  const { environment, resources, fresh, onStep } = start;
  const folder = claimDataFolder(environment.DATA_DIR, { fresh });
  const removeNote = noteDataFolder(environment.DATA_DIR);
  resources.add('data folder', async () => {
    removeNote();
    folder.release();
  });
  const password = folder.derivePassword('postgres');
  const cluster = await startCluster({ folder: folder.postgres, password, durable: true, fresh });
  resources.add('PostgreSQL', cluster.stop);
  const elsewhere = cluster.folder === folder.postgres ? '' : `, its files in ${cluster.folder}`;
  onStep(`PostgreSQL 18 runs on port ${cluster.port}${elsewhere}`);
  return buildEmbeddedUrls(cluster.adminUrl, names, folder.derivePassword);
}

/** Waits for both, also when one fails: what the other opened can then be closed. */
async function settleBoth<A, B>(first: A | Promise<A>, second: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([first, second]);
  return [await first, await second];
}

function readArguments(args: readonly string[]): { subgraph: string | undefined; fresh: boolean } {
  const [subgraph, ...more] = args.filter((argument) => !argument.startsWith('-'));
  const unknown = more[0] ?? args.find((argument) => argument.startsWith('-') && argument !== '--fresh');
  if (unknown !== undefined) {
    throw new UsageError(
      `npm start does not know "${unknown}"; it takes: --fresh, and the name of one subgraph to start alone`,
    );
  }
  return { subgraph, fresh: args.includes('--fresh') };
}

/** A person reads this terminal: only warnings and errors are logged, unless LOG_LEVEL asks for more. In production the log is all there is. */
function reduceLogging(environment: Environment): Environment {
  return environment.source.LOG_LEVEL || environment.NODE_ENV === 'production'
    ? environment
    : { ...environment, LOG_LEVEL: 'warn' };
}

/** In development the summary shows a token of this start, with which the details of the health can be read. */
function addOperatorToken(environment: Environment): Environment {
  if (environment.NODE_ENV === 'production') return environment;
  return { OPERATOR_TOKEN: randomBytes(24).toString('base64url'), ...environment };
}
