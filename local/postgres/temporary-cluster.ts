// An embedded PostgreSQL for one piece of work: it starts in a temporary folder, and neither is left afterwards.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Environment, readEnvironment } from '../../platform/process/environment.ts';
import { startCluster } from './cluster.ts';

/** Of every role in a temporary server. */
export const temporaryPassword = 'temporary';

/** `environment` names no database and writes no log. Throws what the work throws, after everything is stopped. */
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
