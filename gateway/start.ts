// Starts the gateway as a process of its own, over subgraphs that answer HTTP: `node gateway/start.ts`.
import { readTogether } from '../platform/environment.ts';
import { httpHops } from '../platform/http-hop.ts';
import { openLog } from '../platform/log.ts';
import { signerFrom } from '../platform/process-identity.ts';
import { runUntilEnd } from '../platform/run.ts';
import { readSupergraphMap } from '../platform/supergraph-map.ts';
import { authenticator } from './authenticate.ts';
import { openGateway } from './gateway.ts';
import { readGatewaySettings } from './settings.ts';
import { composeSupergraph } from './supergraph/compose.ts';
import { constantSource } from './supergraph/source.ts';

await runUntilEnd(async ({ opened }) => {
  const [environment, sign, settings] = readTogether([
    (given) => signerFrom(given, 'gateway'),
    readGatewaySettings,
  ]);
  const log = openLog(environment, 'gateway');
  const map = readSupergraphMap();
  const { supergraphSdl } = composeSupergraph(map);
  const hops = httpHops(map, sign);
  opened.add('connections to the subgraphs', hops.close);
  const gateway = await openGateway({
    supergraph: constantSource(supergraphSdl),
    hop: hops.to,
    readiness: hops.readiness,
    authenticate: authenticator(hops.to('accounts'), log),
    environment,
    settings,
    host: environment.HOST,
    port: environment.PORT ?? 4000,
    log,
  });
  opened.add('gateway', gateway.close);
  log.info({ url: gateway.url }, 'ready');
});
