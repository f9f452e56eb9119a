// The three topologies of the subgraphs' databases, which differ only in their URLs: databases on one server (as npm start has
// them), a server for each, or schemas in one database. The graph behaves the same in all of them.
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

/** Returns the URLs of an empty database for each subgraph of supergraph.yaml, neither provisioned nor migrated yet. */
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

/** A server for one test file, which may change what the server defaults, or stop it. */
export async function startOwnServer(): Promise<PlacedDatabases & { adminUrl: string }> {
  const folder = temporaryFolder();
  const cluster = await startCluster({ folder: join(folder, 'own'), password: 'test', durable: false });
  const names = readSupergraphMap().subgraphs.map(({ name }) => name);
  return {
    adminUrl: cluster.adminUrl,
    urls: new Map(names.map((name) => [name, buildDatabaseUrls(cluster.adminUrl, name, name)])),
    remove: async () => {
      await cluster.stop();
      rmSync(folder, { recursive: true, force: true });
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
