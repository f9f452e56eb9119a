// Rehearses one subgraph on a temporary embedded PostgreSQL, so that no database has to be prepared.
import { readSupergraphMap } from '../../platform/supergraph-map.ts';
import { findEntry } from '../../subgraphs/load.ts';
import { loadSubgraphFiles } from '../graph/loaded-graph.ts';
import { buildEmbeddedUrls } from '../postgres/databases.ts';
import { temporaryPassword, withTemporaryCluster } from '../postgres/temporary-cluster.ts';
import { type Rehearsal, rehearse } from './rehearsal.ts';

/** `contracts` is the folder of the contracts. Throws SupergraphMapError for a name that the map does not have. */
export async function rehearseAlone(name: string, contracts: string): Promise<Rehearsal> {
  const map = readSupergraphMap();
  const entry = findEntry(map, name);
  const loaded = await loadSubgraphFiles(map, entry);
  return withTemporaryCluster((adminUrl, environment) => {
    const urls = buildEmbeddedUrls(adminUrl, [name], () => temporaryPassword);
    return rehearse({ entry, loaded, urls, environment, contracts });
  });
}
