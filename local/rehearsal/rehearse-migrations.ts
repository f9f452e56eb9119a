// Runs the migrations of subgraphs one at a time in a temporary PostgreSQL, and reverts them again. A `down` that does not restore
// the catalog can be found only this way: on a database that is empty, and that nobody needs.
import { findUnrestored, migrateInSteps } from '../../checks/sql/reverted.ts';
import type { DatabaseUrls } from '../../platform/process/database-urls.ts';
import { openLog } from '../../platform/process/log.ts';
import type { SubgraphDefinition } from '../../platform/subgraph/definition.ts';
import { createTemporaryDatabase, withTemporaryCluster } from '../postgres/temporary-cluster.ts';

/** Gets the subgraph, and the URLs of a database in which all its migrations are applied. Returns its findings, one line each. */
type CheckMigrated = (definition: SubgraphDefinition, urls: DatabaseUrls) => Promise<readonly string[]>;

/**
 * Returns the findings by subgraph: those of `checkMigrated`, then one line for each difference that a `down` leaves. Throws when no
 * PostgreSQL can be started here, and for a migration that fails.
 */
export async function rehearseMigrations(
  definitions: readonly SubgraphDefinition[],
  checkMigrated: CheckMigrated = async () => [],
): Promise<Map<string, readonly string[]>> {
  return withTemporaryCluster(async (adminUrl, environment) => {
    const findings = definitions.map(async (definition) => {
      const urls = await createTemporaryDatabase(adminUrl, definition.name);
      const log = openLog(environment, definition.name);
      const catalogs = await migrateInSteps(definition, urls, log);
      const found = await checkMigrated(definition, urls);
      const unrestored = await findUnrestored(definition, urls, log, catalogs);
      return [definition.name, [...found, ...unrestored]] as const;
    });
    return new Map(await Promise.all(findings));
  });
}
