// An embedded PostgreSQL for one piece of work. It runs in a temporary folder, which is removed afterwards.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { provision } from '../../platform/database/provision.ts';
import { type Environment, readEnvironment } from '../../platform/process/environment.ts';
import { startCluster } from './cluster.ts';
import { buildUrls, type ProvisionUrls } from './databases.ts';

/** The password of every role of a temporary server. */
export const temporaryPassword = 'temporary';

/** Creates the database of a subgraph on a temporary server, with its roles and without tables. */
export async function createTemporaryDatabase(adminUrl: string, name: string): Promise<ProvisionUrls> {
  const urls = buildUrls(adminUrl, name, () => temporaryPassword);
  await provision(name, urls);
  return urls;
}

/** `environment` names no database and turns logging off. Throws the error of the work after the server has stopped. */
export async function withTemporaryCluster<Result>(
  work: (adminUrl: string, environment: Environment) => Promise<Result>,
): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-'));
  try {
    const postgres = { folder: join(folder, 'postgres'), password: temporaryPassword, durable: false };
    const cluster = await startCluster(postgres);
    try {
      const environment = readEnvironment({ DATA_DIR: folder, LOG_LEVEL: 'silent', NODE_ENV: 'test' });
      return await work(cluster.adminUrl, environment);
    } finally {
      await cluster.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
