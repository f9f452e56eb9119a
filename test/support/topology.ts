// The three topologies of the subgraphs' databases, which differ only in their URLs: databases on one server (as npm start has
// them), a server for each, or schemas in one database. The graph behaves the same in all of them.
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'vitest';
import { startCluster } from '../../local/postgres/cluster.ts';
import type { DatabaseUrls } from '../../platform/process/database-urls.ts';
import { readSupergraphMap } from '../../platform/supergraph-map.ts';
import { buildDatabaseUrls, cloneDatabase, query } from './databases.ts';
import { temporaryFolder } from './temporary.ts';

export const topologies = ['databases', 'servers', 'schemas'] as const;
export type Topology = (typeof topologies)[number];

export interface PlacedDatabases {
  urls: ReadonlyMap<string, DatabaseUrls & { admin: string }>;
  remove: () => Promise<void>;
}

/**
 * Returns the URLs of a database for each subgraph of supergraph.yaml. Databases on the server of the run are migrated already. Those in
 * the other topologies are empty, so that a start provisions and migrates them.
 */
export async function placeDatabases(topology: Topology): Promise<PlacedDatabases> {
  const names = readSupergraphMap().subgraphs.map(({ name }) => name);
  if (topology === 'servers') return placeOnServers(names);
  const adminUrl = inject('adminUrl');
  if (topology === 'databases') return cloneDatabases(adminUrl, names);
  const database = `graph_${randomBytes(5).toString('hex')}`;
  return {
    urls: new Map(names.map((name) => [name, buildDatabaseUrls(adminUrl, name, database)])),
    remove: () => query(adminUrl, `DROP DATABASE IF EXISTS ${database} WITH (FORCE)`).then(() => {}),
  };
}

async function cloneDatabases(adminUrl: string, names: readonly string[]): Promise<PlacedDatabases> {
  const cloned = new Map<string, Awaited<ReturnType<typeof cloneDatabase>>>();
  for (const name of names) cloned.set(name, await cloneDatabase({ adminUrl, name }));
  return {
    urls: new Map(Array.from(cloned, ([name, { urls }]) => [name, urls])),
    remove: async () => {
      for (const { drop } of cloned.values()) await drop();
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
