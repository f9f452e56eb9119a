// A subgraph as a process of its own: its settings, its migrations, its database and its server. commands/subgraph.ts is the command.

import { checkQueryRoles } from '../platform/database/provisioning/query-role.ts';
import { refuseTakenPort } from '../platform/http/listen.ts';
import { describeRelease } from '../platform/http/release.ts';
import { readSigner, readVerifier } from '../platform/identity/identity-keys.ts';
import { migrateOnStart } from '../platform/migrations/on-start.ts';
import { readDatabaseUrls } from '../platform/process/database-urls.ts';
import { type Environment, readEnvironmentAnd } from '../platform/process/environment.ts';
import { warnOfExposure } from '../platform/process/exposure.ts';
import { type Lifecycle, throwIfEnding, UsageError } from '../platform/process/lifecycle.ts';
import { openLog } from '../platform/process/log.ts';
import { warnOfUnreadVariables } from '../platform/process/unread-variables.ts';
import { EnvironmentError } from '../platform/process/variables.ts';
import { isHotReloadEnabled, reloadOnChange } from '../platform/process/watch-files.ts';
import {
  listNeighbours,
  readSubgraphSettings,
  type SubgraphDefinition,
} from '../platform/subgraph/definition.ts';
import { ownSchema } from '../platform/subgraph/schema-reload.ts';
import { serveSubgraph } from '../platform/subgraph/server.ts';
import { openSubgraph } from '../platform/subgraph/subgraph.ts';
import {
  readSchema,
  readSupergraphMap,
  requireUrls,
  type SubgraphEntry,
  type SupergraphMap,
  splitRoutingUrl,
} from '../platform/supergraph-map.ts';
import { openSubgraphClients } from '../platform/transport/instances.ts';
import {
  findEntry,
  loadStatements,
  loadSubgraph,
  refuseUnknownPeers,
  refuseUnpublishedEvents,
} from './load.ts';

/** Starts the subgraph that the arguments name. Everything that it opens is in `resources`. */
export async function startSubgraph(
  [name, ...more]: readonly string[],
  { resources, endSignal, reportStop, allowDrain }: Lifecycle,
): Promise<void> {
  await throwIfEnding(endSignal);
  if (more.length > 0) throw new UsageError('usage: npm run subgraph -- <name>');
  const map = readSupergraphMap();
  const entry = findEntry(map, name);
  const definition = await loadSubgraph(entry);
  refuseUnknownPeers(map, definition);
  await refuseUnpublishedEvents(map, definition);
  const { environment, urls, port, verify, sign } = readVariables(map, entry, definition);
  // A taken port is found at once, before the database is changed.
  await refuseTakenPort({ host: environment.HOST, port });
  const log = openLog(environment, entry.name);
  log.info({ ...describeRelease(environment.RELEASE), node: process.version }, 'starting');
  reportStop((message, details) => log.info(details, message));
  const clients = openSubgraphClients(map, sign);
  warnOfExposure(environment, (message) => log.warn(message));
  warnOfUnreadVariables({ environment, notRead: ['WORKERS'] }, (message) => log.warn(message));

  await checkQueryRoles(new Map([[entry.name, urls]]), environment, (problem) => log.warn(problem));
  const ran = await migrateOnStart([{ target: definition, urls, log }], environment);
  log.info({ migrations: ran }, environment.MIGRATE_ON_START ? 'migrated' : 'no migration is pending');
  endSignal.throwIfAborted();
  resources.add('connections to other subgraphs', clients.close);
  const sdl = readSchema(map, entry);
  const { clientFor, eventsFor, readiness } = clients;
  const subgraph = await openSubgraph({
    definition,
    sdl,
    schemaFile: entry.schemaFile,
    statements: await loadStatements(entry),
    urls,
    environment,
    clientFor,
    eventsFor: (publisher) => eventsFor(publisher, entry.name),
    readiness,
    signsCalls: true,
    endSignal,
  });
  resources.add('subgraph', subgraph.close);
  if (environment.DEMO_DATA) await subgraph.demo();

  endSignal.throwIfAborted();
  allowDrain(environment.DRAIN_MS);
  const server = await serveSubgraph({
    subgraph,
    host: environment.HOST,
    port,
    verify,
    log,
    timeoutMs: environment.REQUEST_TIMEOUT_MS,
    drainMs: environment.DRAIN_MS,
    isExplorable: environment.NODE_ENV !== 'production',
    operatorToken: environment.OPERATOR_TOKEN,
    release: environment.RELEASE,
  });
  resources.add('server', server.close);
  if (isHotReloadEnabled(environment)) {
    const stop = reloadOnChange({ ...ownSchema({ map, entry, sdl, subgraph }), log });
    resources.add('watch over the schema', async () => stop());
  }
  log.info({ url: server.url }, 'ready');
}

/** Reports every invalid or missing variable at once, before anything is started. */
function readVariables(map: SupergraphMap, entry: SubgraphEntry, definition: SubgraphDefinition) {
  const { name } = entry;
  const neighbours = listNeighbours(definition);
  const [environment, databases, port, verify, sign] = readEnvironmentAnd([
    (given) => readDatabaseUrls(given, [name]),
    (given) => readOwnPort(given, entry),
    (given) => readVerifier(given, name),
    (given) => (neighbours.length > 0 ? readSigner(given, name) : refuseToSign),
    (given) => requireUrls(map, neighbours, given),
    // openSubgraph reads the settings again: reading them here reports their problems with the others.
    (given) => readSubgraphSettings(definition, given),
  ]);
  const urls = databases.get(name);
  if (urls === undefined) throw new Error(`${name} has no database`);
  return { environment, urls, port, verify, sign };
}

/** PORT, or the port of the URL. Instances whose URLs have different ports have to be told which of them they are. */
function readOwnPort(
  { PORT, NODE_ENV }: Environment,
  { name, routingUrl, unsetVariables }: SubgraphEntry,
): number {
  if (PORT !== undefined) return PORT;
  if (NODE_ENV === 'production' && unsetVariables.length > 0)
    throw new EnvironmentError([
      `PORT: is missing, and so is ${unsetVariables.join()}, which has it too; set one of them: PORT to the port to listen on`,
    ]);
  const ports = new Set(splitRoutingUrl(routingUrl).map((url) => new URL(url).port));
  const [port] = ports;
  if (port === undefined || ports.size > 1)
    throw new EnvironmentError([
      `PORT: is missing, and the URLs of ${name} have several ports; set it to the port of this instance`,
    ]);
  return Number(port);
}

async function refuseToSign(): Promise<never> {
  throw new Error('a subgraph without peers and followers calls no other subgraph');
}
