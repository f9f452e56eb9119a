// npm run gateway: starts the gateway as a process of its own, over subgraphs that answer HTTP. By default these are the
// subgraphs of supergraph.yaml, which get signed identities. With SUPERGRAPH=<file> they are the subgraphs of any supergraph:
// the gateway sends them plain GraphQL, and every caller is anonymous.
import { type Authenticate, createAuthenticator } from '../gateway/authenticate.ts';
import { openChangeStreams } from '../gateway/cache/change-streams.ts';
import { openGateway } from '../gateway/gateway.ts';

import { readCheckedSettings } from '../gateway/http/trusted-documents.ts';
import { refuseForwardedHeaders, servesSupergraphFile } from '../gateway/settings/settings.ts';
import { createFileSource, toSupergraphError } from '../gateway/supergraph/file-source.ts';
import type { JoinedSubgraph } from '../gateway/supergraph/join-graph.ts';
import { createMapSource } from '../gateway/supergraph/map-source.ts';
import { openReloadingClients } from '../gateway/supergraph/reload-clients.ts';
import type { ReloadableSource } from '../gateway/supergraph/source.ts';
import { readSigner } from '../platform/identity/identity-keys.ts';
import { anonymous } from '../platform/identity/viewer.ts';
import { readEnvironmentAnd } from '../platform/process/environment.ts';
import { describeExposure } from '../platform/process/exposure.ts';
import { runUntilEnd } from '../platform/process/lifecycle.ts';
import { openLog } from '../platform/process/log.ts';
import { isHotReloadEnabled, reloadOnChange } from '../platform/process/watch-files.ts';
import { readSupergraphMap } from '../platform/supergraph-map.ts';
import { openSubgraphClient, type SubgraphClient } from '../platform/transport/subgraph-client.ts';

/** Longer than a subgraph waits for its own schema file, so that the subgraph has a new field before the graph. In milliseconds. */
const quietMs = 150;

await runUntilEnd(async ({ resources }) => {
  const [environment, settings, sign] = readEnvironmentAnd([
    readCheckedSettings,
    (given) => (servesSupergraphFile(given) ? undefined : readSigner(given, 'gateway')),
    refuseForwardedHeaders,
  ]);
  const log = openLog(environment, 'gateway');
  const exposure = describeExposure(environment);
  if (exposure !== undefined) log.warn(exposure);
  const file = settings.SUPERGRAPH;
  const supergraph: ReloadableSource =
    file === undefined
      ? createMapSource({ map: readSupergraphMap(), requiredSubgraphs: ['accounts'] })
      : createFileSource(file);
  const open = ({ name, url }: JoinedSubgraph): SubgraphClient =>
    openSubgraphClient(name, url, sign, { maxResponseBytes: settings.SUBGRAPH_ANSWER_BYTES });
  const clients = openReloadingClients(supergraph, open, environment.REQUEST_TIMEOUT_MS);
  resources.add('connections to the subgraphs', clients.close);
  const streams = sign === undefined ? undefined : openChangeStreams(supergraph, sign, log);
  if (streams !== undefined) resources.add('streams of changes', streams.close);
  const authenticateOver = (clientFor: typeof clients.clientFor): Authenticate =>
    file === undefined ? createAuthenticator(clientFor('accounts'), log) : async () => anonymous;
  const gateway = await openGateway({
    supergraph,
    clientFor: clients.clientFor,
    readiness: clients.readiness,
    ...(streams === undefined ? {} : { changeNoticesFor: streams.noticesFor }),
    authenticateOver,
    environment,
    settings,
    host: environment.HOST,
    port: environment.PORT ?? 4000,
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
});
