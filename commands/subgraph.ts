// npm run subgraph -- <name>: starts one subgraph as a process of its own. It migrates its database, opens it, and answers
// GraphQL over HTTP to every caller that brings a signed identity. Each subgraph's container of docker-compose.yml runs it.
import { z } from 'zod';
import { migrateUp } from '../platform/database/migrate.ts';
import { signerFrom, verifierFrom } from '../platform/identity/identity-keys.ts';
import { readDatabaseUrls, readSettings, readTogether } from '../platform/process/environment.ts';
import { runUntilEnd } from '../platform/process/lifecycle.ts';
import { openLog } from '../platform/process/log.ts';
import { followFiles, followsFiles } from '../platform/process/watch-files.ts';
import { ownSchema } from '../platform/subgraph/schema-reload.ts';
import { serveSubgraph } from '../platform/subgraph/server.ts';
import { openSubgraph } from '../platform/subgraph/subgraph.ts';
import { readSchema, readSupergraphMap } from '../platform/supergraph-map.ts';
import { httpHops } from '../platform/transport/subgraph-client.ts';
import { entryOf, loadSubgraph } from '../subgraphs/load.ts';

await runUntilEnd(async ({ opened }) => {
  const map = readSupergraphMap();
  const entry = entryOf(map, process.argv[2]);
  const definition = await loadSubgraph(entry);
  const asksOthers = (definition.peers ?? []).length > 0;
  const [environment, databases, verify, sign] = readTogether([
    (given) => readDatabaseUrls(given, [entry.name]),
    (given) => verifierFrom(given, entry.name),
    (given) => (asksOthers ? signerFrom(given, entry.name) : refuseToSign),
    // Read again where they are used: here only so that what is wrong with them is said with the rest.
    (given) => readSettings(definition.settings ?? z.object({}), given),
  ]);
  const urls = databases.get(entry.name);
  if (urls === undefined) throw new Error(`${entry.name} has no database`);
  const log = openLog(environment, entry.name);
  const hops = httpHops(map, sign);

  const ran = await migrateUp(definition, urls, log);
  log.info({ migrations: ran }, 'migrated');
  opened.add('connections to other subgraphs', hops.close);
  const sdl = readSchema(map, entry);
  const subgraph = await openSubgraph({
    definition,
    sdl,
    urls,
    environment,
    peer: hops.to,
  });
  opened.add('subgraph', subgraph.close);
  if (environment.DEMO_DATA === true) await subgraph.demo();

  const server = await serveSubgraph({
    subgraph,
    host: environment.HOST,
    port: environment.PORT ?? Number(new URL(entry.routingUrl).port),
    verify,
    log,
    timeoutMs: environment.REQUEST_TIMEOUT_MS,
    drainMs: environment.DRAIN_MS,
    explorable: environment.NODE_ENV !== 'production',
  });
  opened.add('server', server.close);
  if (followsFiles(environment)) {
    const stop = followFiles({ ...ownSchema({ map, entry, sdl, subgraph }), log });
    opened.add('watch over the schema', async () => stop());
  }
  log.info({ url: server.url }, 'ready');
});

async function refuseToSign(): Promise<never> {
  throw new Error('a subgraph that lists no peers asks nobody');
}
