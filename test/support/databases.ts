// Databases for tests: a template database for each subgraph, and clones of the templates with random names.
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { provision, replaceDatabase } from '../../platform/database/provision.ts';
import { migrateUp } from '../../platform/migrations/migrate.ts';
import type { DatabaseUrls } from '../../platform/process/database-urls.ts';
import { readSupergraphMap } from '../../platform/supergraph-map.ts';
import { loadSubgraph } from '../../subgraphs/load.ts';
import { silent } from './silent-log.ts';

/** Builds the URLs of one subgraph's roles in a database. The roles have the same passwords on every test server. */
export function buildDatabaseUrls(
  adminUrl: string,
  name: string,
  database: string,
): DatabaseUrls & { admin: string } {
  const buildUrl = (role: string) => {
    const url = new URL(replaceDatabase(adminUrl, database));
    url.username = role;
    url.password = `test-password-of-${role}`;
    return url.href;
  };
  return { runtime: buildUrl(name), owner: buildUrl(`${name}_owner`), admin: adminUrl };
}

export async function buildTemplates(adminUrl: string): Promise<void> {
  for (const entry of readSupergraphMap().subgraphs) {
    const urls = buildDatabaseUrls(adminUrl, entry.name, `${entry.name}_template`);
    await provision(entry.name, urls);
    await migrateUp(await loadSubgraph(entry), urls, silent);
  }
}

export interface CloneOptions {
  adminUrl: string;
  name: string;
}

/** Creates a migrated database of one subgraph. `drop` removes it, even when clients are still connected. */
export async function cloneDatabase({ adminUrl, name }: CloneOptions): Promise<{
  urls: DatabaseUrls & { admin: string };
  drop: () => Promise<void>;
}> {
  const database = `${name}_${randomBytes(5).toString('hex')}`;
  await query(adminUrl, `CREATE DATABASE ${database} TEMPLATE ${name}_template`);
  const urls = buildDatabaseUrls(adminUrl, name, database);
  await provision(name, urls);
  return {
    urls,
    drop: () => query(adminUrl, `DROP DATABASE IF EXISTS ${database} WITH (FORCE)`).then(() => {}),
  };
}

/** Runs a statement on a new connection and returns the rows. */
// biome-ignore lint/suspicious/noExplicitAny: a row has the shape of its statement
export async function query(url: string, text: string, params: unknown[] = []): Promise<any[]> {
  const client = new pg.Client({ connectionString: url, application_name: 'tributary test' });
  await client.connect();
  try {
    return (await client.query(text, params)).rows;
  } finally {
    await client.end();
  }
}
