// The three ways to place four databases, all from URLs alone: databases on one server (what npm start does), a server
// each, or schemas in one database. Everything that holds in one must hold in all.
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'vitest';
import { startCluster } from '../../local/postgres/cluster.ts';
import type { DatabaseUrls } from '../../platform/process/database-urls.ts';
import { readSupergraphMap } from '../../platform/supergraph-map.ts';
import { buildDatabaseUrls, query } from './databases.ts';
import { temporaryFolder } from './temporary.ts';

export const topologies = ['databases', 'servers', 'schemas'] as const;
export type Topology = (typeof topologies)[number];

export interface PlacedDatabases {
  urls: ReadonlyMap<string, DatabaseUrls & { admin: string }>;
  remove: () => Promise<void>;
}

/** Empty places for every subgraph of supergraph.yaml: nothing is provisioned or migrated yet. */
export async function placeDatabases(topology: Topology): Promise<PlacedDatabases> {
  const names = readSupergraphMap().subgraphs.map(({ name }) => name);
  if (topology === 'servers') return placeOnServers(names);
  const suffix = randomBytes(5).toString('hex');
  const adminUrl = inject('adminUrl');
  const getDatabase = (name: string) => (topology === 'schemas' ? `graph_${suffix}` : `${name}_${suffix}`);
  return {
    urls: new Map(names.map((name) => [name, buildDatabaseUrls(adminUrl, name, getDatabase(name))])),
    remove: async () => {
      for (const database of new Set(names.map(getDatabase))) {
        await query(adminUrl, `DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
      }
    },
  };
}

async function placeOnServers(names: readonly string[]): Promise<PlacedDatabases> {
  const folder = temporaryFolder();
  const clusters = await Promise.all(
    names.map((name) => startCluster({ folder: join(folder, name), password: 'test', durable: false })),
  );
  return {
    urls: new Map(
      names.map((name, index) => [name, buildDatabaseUrls(clusters[index]?.adminUrl ?? '', name, name)]),
    ),
    remove: async () => {
      await Promise.all(clusters.map((cluster) => cluster.stop()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
