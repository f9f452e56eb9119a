// The databases of the shop: one embedded PostgreSQL with the four databases of the subgraphs, and a fifth with the tables of all
// four for the monoliths. Every subject reads the same rows of the same server.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { prepareDatabases } from '../../../local/graph/graph.ts';
import { loadGraph } from '../../../local/graph/loaded-graph.ts';
import { type Cluster, startCluster } from '../../../local/postgres/cluster.ts';
import { buildEmbeddedUrls } from '../../../local/postgres/databases.ts';
import { replaceDatabase } from '../../../platform/database/provision.ts';
import type { DatabaseUrls } from '../../../platform/process/database-urls.ts';
import { readEnvironment } from '../../../platform/process/environment.ts';
import type { OpenResources } from '../../../platform/process/shutdown.ts';
import { readSupergraphMap } from '../../../platform/supergraph-map.ts';
import { fillShop, type ShopSize } from './rows.ts';

export const monolithDatabase = 'monolith';

export interface Databases {
  urls: ReadonlyMap<string, DatabaseUrls>;
  /** Signs in as a superuser: the bench does not measure how a monolith separates its own parts. */
  monolithUrl: string;
  postmaster: number;
  /** SQL statements that the server has carried out in the five databases so far. */
  statements: () => Promise<number>;
}

export async function openDatabases(
  folder: string,
  size: ShopSize,
  opened: OpenResources,
): Promise<Databases> {
  const { adminUrl, folder: files } = await startCountingCluster(join(folder, 'postgres'), opened);
  const map = readSupergraphMap();
  const names = map.subgraphs.map(({ name }) => name);
  const urls = buildEmbeddedUrls(adminUrl, names, (role) => `password-of-${role}`);
  await prepareShop(urls, size);
  await prepareShop(moveToOneDatabase(urls), size);
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  opened.add('counter of statements', () => admin.end());
  return {
    urls,
    monolithUrl: replaceDatabase(adminUrl, monolithDatabase),
    postmaster: Number(readFileSync(join(files, 'postmaster.pid'), 'utf8').split('\n')[0]),
    statements: async () => {
      // The counter's own connection is to another database.
      const { rows } = await admin.query(
        `SELECT sum(calls)::float8 AS calls FROM pg_stat_statements(false) AS s JOIN pg_database d ON d.oid = s.dbid
         WHERE d.datname = ANY($1)`,
        [[...names, monolithDatabase]],
      );
      return rows[0]?.calls ?? 0;
    },
  };
}

/** Provisions, migrates and fills the databases of all subgraphs. */
export async function prepareShop(urls: ReadonlyMap<string, DatabaseUrls>, size: ShopSize): Promise<void> {
  const { subgraphs } = await loadGraph(readSupergraphMap());
  await prepareDatabases(subgraphs, urls, readEnvironment({ LOG_LEVEL: 'error' }), () => {});
  await Promise.all([...urls].map(([name, { owner }]) => fillShop(name, owner, size)));
}

/** The same roles, with the schemas of all subgraphs in one database. */
function moveToOneDatabase(urls: ReadonlyMap<string, DatabaseUrls>): Map<string, DatabaseUrls> {
  return new Map(
    [...urls].map(([name, { runtime, owner, admin }]) => [
      name,
      {
        runtime: replaceDatabase(runtime, monolithDatabase),
        owner: replaceDatabase(owner, monolithDatabase),
        admin,
      },
    ]),
  );
}

/** pg_stat_statements must be loaded at start, so it is asked for in a first start; autovacuum would run in somebody's round. */
async function startCountingCluster(folder: string, opened: OpenResources): Promise<Cluster> {
  const options = { folder, password: 'password-of-the-superuser', durable: false };
  const first = await startAndKeep(options, opened);
  const admin = new pg.Client({ connectionString: first.adminUrl });
  await admin.connect();
  await admin.query(`ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'`);
  await admin.query('ALTER SYSTEM SET autovacuum = off');
  await admin.query('CREATE EXTENSION pg_stat_statements');
  await admin.end();
  await first.stop();
  return startAndKeep(options, opened);
}

/** Adds the server to `opened` before it has started, so that an interruption during the start stops it as well. */
async function startAndKeep(
  options: Parameters<typeof startCluster>[0],
  opened: OpenResources,
): Promise<Cluster> {
  const starting = startCluster(options);
  opened.add('PostgreSQL', async () => {
    await (await starting.catch(() => undefined))?.stop();
  });
  return starting;
}
