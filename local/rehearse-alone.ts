// One subgraph's rehearsal where nothing has been prepared: on an embedded PostgreSQL of the moment, which is gone afterwards.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readEnvironment } from '../platform/process/environment.ts';
import { readSupergraphMap } from '../platform/supergraph-map.ts';
import { entryOf } from '../subgraphs/load.ts';
import { startCluster } from './cluster.ts';
import { embeddedUrls } from './databases.ts';
import { loadOne } from './graph.ts';
import { type Rehearsal, rehearse } from './rehearsal.ts';

const password = 'contract';

/** `contracts`: where they lie. Throws SupergraphMapError for a name that the map does not have. */
export async function rehearseAlone(name: string, contracts: string): Promise<Rehearsal> {
  const map = readSupergraphMap();
  const entry = entryOf(map, name);
  const loaded = await loadOne(map, entry);
  const folder = mkdtempSync(join(tmpdir(), 'tributary-contract-'));
  try {
    const cluster = await startCluster({ folder: join(folder, 'postgres'), password, durable: false });
    try {
      return await rehearse({
        entry,
        loaded,
        urls: embeddedUrls(cluster.adminUrl, [name], () => password),
        environment: readEnvironment({ DATA_DIR: folder, LOG_LEVEL: 'silent', NODE_ENV: 'test' }),
        contracts,
      });
    } finally {
      await cluster.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
