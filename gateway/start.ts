// The gateway as a process of its own: its settings, its graph, its connections to the subgraphs and its server. commands/gateway.ts
// is the command.

import { refuseTakenPort } from '../platform/http/listen.ts';
import { describeRelease } from '../platform/http/release.ts';
import { readSigner } from '../platform/identity/identity-keys.ts';
import { anonymous } from '../platform/identity/viewer.ts';
import { type Environment, readEnvironmentAnd } from '../platform/process/environment.ts';
import { warnOfExposure } from '../platform/process/exposure.ts';
import { type Lifecycle, throwIfEnding, UsageError } from '../platform/process/lifecycle.ts';
import { openLog } from '../platform/process/log.ts';
import { warnOfUnreadVariables } from '../platform/process/unread-variables.ts';
import { emptyToUndefined } from '../platform/process/variables.ts';
import { isHotReloadEnabled, reloadOnChange } from '../platform/process/watch-files.ts';
import { readSupergraphMap, requireUrls, type SupergraphMap } from '../platform/supergraph-map.ts';
import { openOwnClient } from '../platform/transport/instances.ts';
import { openSubgraphClient, type SubgraphClient } from '../platform/transport/subgraph-client.ts';
import { type Authenticate, createAuthenticator } from './authenticate.ts';
import { openChangeStreams } from './cache/change-streams.ts';
import { openGateway } from './gateway.ts';
import { refuseForwardedHeaders, servesSupergraphFile } from './settings/settings.ts';
import { createFileSource, toSupergraphError } from './supergraph/file-source.ts';
import type { JoinedSubgraph } from './supergraph/join-graph.ts';
import { createMapSource } from './supergraph/map-source.ts';
import { openReloadingClients } from './supergraph/reload-clients.ts';
import type { ReloadableSource } from './supergraph/source.ts';
import { readCheckedSettings } from './trusted-documents/read-documents.ts';

/** Longer than a subgraph waits for its own schema file, so that the subgraph has a new field before the graph. In milliseconds. */
const quietMs = 150;

/** Starts the gateway that the environment describes. Everything that it opens is in `resources`. */
export async function startGateway(
  args: readonly string[],
  { resources, endSignal, reportStop, allowDrain }: Lifecycle,
): Promise<void> {
  await throwIfEnding(endSignal);
  if (args.length > 0)
    throw new UsageError('usage: npm run gateway, without arguments: its settings are environment variables');
  const [environment, settings, sign, , origin] = readEnvironmentAnd([
    readCheckedSettings,
    (given) => (servesSupergraphFile(given) ? undefined : readSigner(given, 'gateway')),
    refuseForwardedHeaders,
    readOrigin,
  ]);
  const address = { host: environment.HOST, port: environment.PORT ?? 4000 };
  await refuseTakenPort(address);
  const log = openLog(environment, 'gateway');
  log.info({ ...describeRelease(environment.RELEASE), node: process.version }, 'starting');
  reportStop((message, details) => log.info(details, message));
  warnOfExposure(environment, (message) => log.warn(message));
  warnOfUnreadVariables({ environment, notRead: ['WORKERS'] }, (message) => log.warn(message));
  const { file, map } = origin;
  const supergraph: ReloadableSource =
    file === undefined
      ? createMapSource({
          map,
          requiredSubgraphs: ['accounts'],
          prepare: (next) => {
            requireAllUrls(next.map, environment);
            return () => {};
          },
        })
      : createFileSource(file);
  const clientOptions = {
    maxResponseBytes: settings.SUBGRAPH_ANSWER_BYTES,
    keepAliveMs: settings.SUBGRAPH_KEEP_ALIVE_MS,
    maxConnectionAgeMs: settings.SUBGRAPH_CONNECTION_AGE_MS,
  };
  const open = ({ name, url }: JoinedSubgraph): SubgraphClient =>
    sign === undefined
      ? openSubgraphClient(name, url, undefined, clientOptions)
      : openOwnClient(name, url, sign, clientOptions);
  const clients = openReloadingClients(supergraph, open, environment.REQUEST_TIMEOUT_MS);
  resources.add('connections to the subgraphs', clients.close);
  const streams = sign === undefined ? undefined : openChangeStreams(supergraph, sign, log);
  if (streams !== undefined) resources.add('streams of changes', streams.close);
  const authenticateOver = (clientFor: typeof clients.clientFor): Authenticate =>
    file === undefined ? createAuthenticator(clientFor('accounts'), log) : async () => anonymous;
  allowDrain(environment.DRAIN_MS);
  const gateway = await openGateway({
    supergraph,
    clientFor: clients.clientFor,
    readiness: clients.readiness,
    ...(streams === undefined ? {} : { changeNoticesFor: streams.noticesFor }),
    authenticateOver,
    environment,
    settings,
    ...address,
    log,
  }).catch((cause: unknown) => {
    throw file === undefined ? cause : toSupergraphError(cause, file);
  });
  resources.add('gateway', gateway.close);
  if (environment.HOT_RELOAD ?? (file !== undefined || isHotReloadEnabled(environment))) {
    const stop = reloadOnChange({ ...supergraph.reloadOptions, log, quietMs });
    resources.add('watch over the graph', async () => stop());
  }
  log.info({ url: gateway.url }, 'ready');
  // All processes start together, so that no start waits for its neighbours. It logs what those that answer make of it.
  if (sign !== undefined) void gateway.checkDependencies();
}

/** Where the supergraph comes from: the file of SUPERGRAPH, or the map. */
type Origin = { file: string; map?: undefined } | { file?: undefined; map: SupergraphMap };

function readOrigin(environment: Environment): Origin {
  const file = emptyToUndefined(environment.source.SUPERGRAPH);
  if (file !== undefined) return { file };
  const map = readSupergraphMap();
  requireAllUrls(map, environment);
  return { map };
}

function requireAllUrls(map: SupergraphMap, environment: Environment): void {
  requireUrls(
    map,
    map.subgraphs.map(({ name }) => name),
    environment,
  );
}
