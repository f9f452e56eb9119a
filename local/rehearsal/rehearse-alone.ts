// One subgraph's rehearsal where nothing has been prepared: on an embedded PostgreSQL of the moment, which is gone afterwards.
import { readSupergraphMap } from '../../platform/supergraph-map.ts';
import { findEntry } from '../../subgraphs/load.ts';
import { loadOne } from '../graph/loaded-graph.ts';
import { embeddedUrls } from '../postgres/databases.ts';
import { temporaryPassword, withTemporaryCluster } from '../postgres/temporary-cluster.ts';
import { type Rehearsal, rehearse } from './rehearsal.ts';

/** `contracts`: where they lie. Throws SupergraphMapError for a name that the map does not have. */
export async function rehearseAlone(name: string, contracts: string): Promise<Rehearsal> {
  const map = readSupergraphMap();
  const entry = findEntry(map, name);
  const loaded = await loadOne(map, entry);
  return withTemporaryCluster((adminUrl, environment) => {
    const urls = embeddedUrls(adminUrl, [name], () => temporaryPassword);
    return rehearse({ entry, loaded, urls, environment, contracts });
  });
}
