// Starts one embedded PostgreSQL for the whole run, with a migrated template database for each subgraph. Every test file
// clones its databases from the templates (tens of milliseconds), so that it never sees the rows of another file.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startCluster } from '../../../local/postgres/cluster.ts';
import { buildTemplates } from '../databases.ts';
import { temporaryFolder } from '../temporary.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Superuser URL of the run's PostgreSQL server. */
    adminUrl: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = temporaryFolder();
  const cluster = await startCluster({ folder: join(folder, 'postgres'), password: 'test', durable: false });
  try {
    await buildTemplates(cluster.adminUrl);
  } catch (cause) {
    await cluster.stop();
    throw cause;
  }
  project.provide('adminUrl', cluster.adminUrl);
  // The workers inherit it; see buildEnvironment in processes.ts. The folder belongs to this run, so that it does not grow.
  process.env.TEST_COMPILED_CODE = join(folder, 'compiled');
  return async () => {
    await cluster.stop();
    rmSync(folder, { recursive: true, force: true });
  };
}
