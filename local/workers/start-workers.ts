// The work of the primary process: it prepares the databases, opens the resources that all workers share, and starts the workers.
import { type DatabaseUrls, getDatabaseKeys } from '../../platform/process/database-urls.ts';
import type { Environment } from '../../platform/process/environment.ts';
import { openLog } from '../../platform/process/log.ts';
import type { OpenResources } from '../../platform/process/shutdown.ts';
import { readSubgraphSettings, type SharedResources } from '../../platform/subgraph/definition.ts';
import { prepareDatabases } from '../graph/graph.ts';
import type { LoadedGraph, LoadedSubgraph } from '../graph/loaded-graph.ts';
import type { Workers } from './workers.ts';

export interface StartOptions {
  graph: LoadedGraph;
  environment: Environment;
  urls: ReadonlyMap<string, DatabaseUrls>;
  opened: OpenResources;
  workers: Workers;
  withDemo: boolean;
  onStep: (step: string) => void;
}

/** The workers share each subgraph's DATABASE_POOL_SIZE. A worker gets at least so many connections of it. */
const minConnections = 2;

/** Resolves when every worker accepts requests. */
export async function startWorkers(
  options: StartOptions,
): Promise<{ url: string; token: string | undefined }> {
  const { graph, environment, urls, opened, workers, withDemo, onStep } = options;
  await prepareDatabases(graph.subgraphs, urls, environment, onStep);
  const all = await Promise.all(graph.subgraphs.map((loaded) => openShared(loaded, environment)));
  const shared = all.filter((one) => one !== undefined);
  for (const { close } of shared) opened.add('shared resources of the workers', close);
  // The workers are closed before the shared resources, which they use until they end.
  opened.add('workers', () => workers.close());
  const variables = Object.assign({}, buildDatabaseVariables(urls), ...shared.map((one) => one.variables), {
    LOG_LEVEL: environment.LOG_LEVEL,
    OPERATOR_TOKEN: environment.OPERATOR_TOKEN ?? '',
    DATABASE_POOL_SIZE: String(
      Math.max(minConnections, Math.ceil(environment.DATABASE_POOL_SIZE / environment.WORKERS)),
    ),
  });
  const started = await workers.start({ variables, supergraphSdl: graph.supergraphSdl, withDemo });
  const { origin } = new URL(started.url);
  for (const { onListening } of shared) onListening(origin);
  onStep(`${environment.WORKERS} workers answer at ${started.url}`);
  return started;
}

async function openShared(
  { definition }: LoadedSubgraph,
  environment: Environment,
): Promise<SharedResources | undefined> {
  const settings = readSubgraphSettings(definition, environment);
  return definition.share?.({ settings, environment, log: openLog(environment, definition.name) });
}

/** The URLs of owners and superusers stay in the primary. */
function buildDatabaseVariables(urls: ReadonlyMap<string, DatabaseUrls>): Record<string, string> {
  const all = [...urls].map(([name, { runtime }]) => {
    const keys = getDatabaseKeys(name);
    return { [keys.runtime]: runtime, [keys.owner]: '', [keys.admin]: '' };
  });
  return Object.assign({}, ...all);
}
