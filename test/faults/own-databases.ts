// A PostgreSQL of its own, with a migrated database for each subgraph: for runs that a command starts, outside of the tests.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { startCluster } from '../../local/postgres/cluster.ts';
import type { DatabaseUrls } from '../../platform/process/database-urls.ts';
import type { OpenResources } from '../../platform/process/shutdown.ts';
import { buildTemplates, cloneDatabase } from '../support/databases.ts';
import { temporaryFolder } from '../support/temporary.ts';

/** All that it opens is in `resources`. */
export async function openOwnDatabases<Name extends string>(
  names: readonly Name[],
  resources: OpenResources,
): Promise<{ adminUrl: string; urls: Map<Name, DatabaseUrls & { admin: string }> }> {
  const adminUrl = await openOwnServer(resources);
  await buildTemplates(adminUrl);
  const urls = new Map<Name, DatabaseUrls & { admin: string }>();
  for (const name of names) urls.set(name, (await cloneDatabase({ adminUrl, name })).urls);
  return { adminUrl, urls };
}

/** Returns the URL of the superuser. */
export async function openOwnServer(resources: OpenResources): Promise<string> {
  const folder = temporaryFolder();
  resources.add('folder', async () => rmSync(folder, { recursive: true, force: true }));
  const cluster = await startCluster({ folder: join(folder, 'postgres'), password: 'test', durable: false });
  resources.add('PostgreSQL', cluster.stop);
  return cluster.adminUrl;
}
