// The gateway over a supergraph file, as `npm run gateway` opens it, except that its parent says when to read the file again: each
// reload is then counted, and no time goes by with waiting for the file to be quiet.
import { openGateway } from '../../gateway/gateway.ts';
import { readGatewaySettings } from '../../gateway/settings/settings.ts';
import { createFileSource } from '../../gateway/supergraph/file-source.ts';
import { openReloadingClients } from '../../gateway/supergraph/reload-clients.ts';
import { anonymous } from '../../platform/identity/viewer.ts';
import { readEnvironment } from '../../platform/process/environment.ts';
import { runUntilEnd } from '../../platform/process/lifecycle.ts';
import { openLog } from '../../platform/process/log.ts';
import { openSubgraphClient } from '../../platform/transport/subgraph-client.ts';
import { answerMemoryQuestions } from '../measure/memory-use.ts';
import { readOptions, sendReady } from '../peers/peer.ts';
import { type Reloaded, reloadQuestion } from './messages.ts';

export interface ReloadingGatewayOptions {
  supergraph: string;
}

const { supergraph: file } = readOptions<ReloadingGatewayOptions>();

const environment = readEnvironment({ NODE_ENV: 'production', LOG_LEVEL: 'error', SUPERGRAPH: file });
const supergraph = createFileSource(file);

await runUntilEnd(async ({ resources }) => {
  const clients = openReloadingClients(
    supergraph,
    ({ name, url }) => openSubgraphClient(name, url, undefined),
    environment.REQUEST_TIMEOUT_MS,
  );
  resources.add('connections to the subgraphs', clients.close);
  const gateway = await openGateway({
    supergraph,
    clientFor: clients.clientFor,
    readiness: clients.readiness,
    authenticateOver: () => async () => anonymous,
    environment,
    settings: readGatewaySettings(environment),
    host: '127.0.0.1',
    port: 0,
    log: openLog(environment, 'gateway'),
  });
  resources.add('gateway', gateway.close);
  process.on('message', (message) => {
    if (message !== reloadQuestion) return;
    const started = performance.now();
    const hasChanged = supergraph.reloadOptions.reload() !== false;
    process.send?.({ hasChanged, tookMs: performance.now() - started } satisfies Reloaded);
  });
  answerMemoryQuestions();
  sendReady(gateway.url);
});
