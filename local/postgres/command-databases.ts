// The databases that a command works on: those that the environment names, those of the graph that runs, or those in DATA_DIR.
// A command that only looks creates none.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { connect } from '../../platform/database/connect.ts';
import { provision } from '../../platform/database/provision.ts';
import {
  type DatabaseUrls,
  describeDatabase,
  readDatabaseUrls,
} from '../../platform/process/database-urls.ts';
import type { Environment } from '../../platform/process/environment.ts';
import { type OpenResources, waitForEndRequest } from '../../platform/process/shutdown.ts';
import { emptyToUndefined } from '../../platform/process/variables.ts';
import { claimDataFolder, DataFolderError, findClaimedDataFolder } from '../data-folder.ts';
import { findRunningFolders } from '../running-graphs.ts';
import { buildAdminUrl, findRunningPort, startCluster } from './cluster.ts';
import { buildEmbeddedUrls, usesEmbeddedPostgres } from './databases.ts';
import { findReachableFolder, findUnprivilegedUser } from './unprivileged.ts';

export interface CommandDatabase {
  /** Null when the embedded PostgreSQL has no database of the subgraph, and the command creates none. */
  urls: DatabaseUrls | null;
  /** Where it is, for people: without passwords. */
  description: string;
}

export interface CommandOptions {
  /** All subgraphs of supergraph.yaml. */
  all: readonly string[];
  /** The subgraphs that the command is about. */
  names: readonly string[];
  environment: Environment;
  opened: OpenResources;
  /** False for a command that only looks, or that changes what must be there already. */
  creates: boolean;
}

/** Throws DataFolderError when there is nothing to look at. */
export async function openCommandDatabases(options: CommandOptions): Promise<Map<string, CommandDatabase>> {
  const { all, names, environment, creates } = options;
  if (!usesEmbeddedPostgres(environment, all)) {
    return describeAll(readDatabaseUrls(environment, names), '');
  }
  const folder = chooseDataFolder(environment, findRunningFolders());
  const { adminUrl, derivePassword } = await openEmbedded(folder, options);
  const urls = buildEmbeddedUrls(adminUrl, names, derivePassword);
  const databases = describeAll(urls, `, whose data is in ${folder}`);
  // A running Tributary may serve one subgraph alone and have created no other database.
  for (const [name, own] of urls) {
    if (creates) await provision(name, own);
    else if (!(await hasDatabase(name, adminUrl))) {
      const description = `there is no database yet at ${new URL(adminUrl).host}, whose data is in ${folder}`;
      databases.set(name, { urls: null, description });
    }
  }
  return databases;
}

/** What the environment says, or else the graph of this checkout that runs, or else the default. */
export function chooseDataFolder(environment: Environment, running: readonly string[]): string {
  const standard = resolve(environment.DATA_DIR);
  const isStated = emptyToUndefined(environment.source.DATA_DIR) !== undefined;
  if (isStated || running.includes(standard)) return standard;
  const [one, ...more] = running;
  if (more.length === 0) return one ?? standard;
  throw new DataFolderError(
    `Several graphs of this checkout run: say by DATA_DIR which one is meant:\n${running.map((folder) => `  DATA_DIR=${folder}`).join('\n')}`,
  );
}

async function openEmbedded(path: string, { opened, creates }: CommandOptions) {
  const claimed = findClaimedDataFolder(path);
  const port = claimed === null ? null : findRunningPort(claimed.postgres);
  if (claimed !== null && port !== null) {
    const adminUrl = buildAdminUrl(claimed.derivePassword('postgres'), port);
    return { adminUrl, derivePassword: claimed.derivePassword };
  }
  if (!creates) refuseMissing(path);
  const folder = claimDataFolder(path, { fresh: false });
  opened.add('data folder', async () => folder.release());
  const password = folder.derivePassword('postgres');
  const starting = startCluster({ folder: folder.postgres, password, durable: true });
  // PostgreSQL runs in a session of its own and must be stopped on an interruption. It rolls a running migration back.
  void waitForEndRequest().then(async () => {
    await Promise.allSettled([starting]);
    await opened.close();
    process.exit(1);
  });
  const cluster = await starting;
  opened.add('PostgreSQL', cluster.stop);
  return { adminUrl: cluster.adminUrl, derivePassword: folder.derivePassword };
}

function refuseMissing(folder: string): void {
  if (existsSync(findReachableFolder(resolve(folder, 'postgres'), findUnprivilegedUser()))) return;
  throw new DataFolderError(
    `There is no database in ${folder}, and none was created. npm start creates one, and so does: npm run migrate -- all up. DATA_DIR says where to look.`,
  );
}

async function hasDatabase(name: string, adminUrl: string): Promise<boolean> {
  const client = await connect({
    subgraph: name,
    url: adminUrl,
    applicationName: 'tributary status',
    work: 'administration',
  });
  try {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [name]);
    return rowCount === 1;
  } finally {
    await client.end();
  }
}

function describeAll(urls: ReadonlyMap<string, DatabaseUrls>, where: string): Map<string, CommandDatabase> {
  return new Map(
    [...urls].map(([name, own]) => [
      name,
      { urls: own, description: `${describeDatabase(own.owner)}${where}` },
    ]),
  );
}
