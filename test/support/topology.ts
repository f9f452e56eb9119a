// The three ways to place four databases, all from URLs alone: databases on one server (what npm start does), a server
// each, or schemas in one database. Everything that holds in one must hold in all.
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'vitest';
import { startCluster } from '../../local/postgres/cluster.ts';
import type { DatabaseUrls } from '../../platform/process/database-urls.ts';
import { readSupergraphMap } from '../../platform/supergraph-map.ts';
import { query, urlsIn } from './databases.ts';
import { temporaryFolder } from './temporary.ts';

export const topologies = ['databases', 'servers', 'schemas'] as const;
export type Topology = (typeof topologies)[number];

export interface Placed {
  urls: ReadonlyMap<string, DatabaseUrls & { admin: string }>;
  remove: () => Promise<void>;
}

/** Empty places for every subgraph of supergraph.yaml: nothing is provisioned or migrated yet. */
export async function place(topology: Topology): Promise<Placed> {
  const names = readSupergraphMap().subgraphs.map(({ name }) => name);
  if (topology === 'servers') return onServers(names);
  const suffix = randomBytes(5).toString('hex');
  const adminUrl = inject('adminUrl');
  const databaseOf = (name: string) => (topology === 'schemas' ? `graph_${suffix}` : `${name}_${suffix}`);
  return {
    urls: new Map(names.map((name) => [name, urlsIn(adminUrl, name, databaseOf(name))])),
    remove: async () => {
      for (const database of new Set(names.map(databaseOf))) {
        await query(adminUrl, `DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
      }
    },
  };
}

async function onServers(names: readonly string[]): Promise<Placed> {
  const folder = temporaryFolder();
  const clusters = await Promise.all(
    names.map((name) => startCluster({ folder: join(folder, name), password: 'test', durable: false })),
  );
  return {
    urls: new Map(names.map((name, index) => [name, urlsIn(clusters[index]?.adminUrl ?? '', name, name)])),
    remove: async () => {
      await Promise.all(clusters.map((cluster) => cluster.stop()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
