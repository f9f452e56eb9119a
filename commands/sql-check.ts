// npm run sql:check: prepares every declared SQL statement on its subgraph's migrated database, and compares the
// parameters and result columns that PostgreSQL reports with the types in the code (docs/sql.md). It also reverts each migration, and
// compares the catalog. It uses a temporary PostgreSQL.
import { checkStatements } from '../checks/sql/check.ts';
import { locatePlatformStatements } from '../checks/sql/platform-statements.ts';
import { findUnrestored, migrateInSteps } from '../checks/sql/reverted.ts';
import { prepareDatabases } from '../local/graph/graph.ts';
import { type LoadedSubgraph, loadSubgraphFiles } from '../local/graph/loaded-graph.ts';
import { buildEmbeddedUrls } from '../local/postgres/databases.ts';
import { temporaryPassword, withTemporaryCluster } from '../local/postgres/temporary-cluster.ts';
import type { LocatedStatement } from '../platform/database/declared-statements.ts';
import { formatCount, print, runCommand } from '../platform/process/command.ts';
import type { DatabaseUrls } from '../platform/process/database-urls.ts';
import type { Environment } from '../platform/process/environment.ts';
import { UsageError } from '../platform/process/lifecycle.ts';
import { openLog } from '../platform/process/log.ts';
import { readSupergraphMap } from '../platform/supergraph-map.ts';
import { loadStatements } from '../subgraphs/load.ts';

await runCommand(async (args) => {
  if (args.length > 0) throw new UsageError('usage: npm run sql:check');
  const started = performance.now();
  const map = readSupergraphMap();
  const subgraphs = await Promise.all(
    map.subgraphs.map(async (entry) => ({
      loaded: await loadSubgraphFiles(map, entry),
      statements: [...(await loadStatements(entry)), ...locatePlatformStatements(entry.name)],
    })),
  );
  const names = map.subgraphs.map(({ name }) => name);
  const results = await withTemporaryCluster(async (adminUrl, environment) => {
    const urls = buildEmbeddedUrls(adminUrl, names, () => temporaryPassword);
    await prepareDatabases(
      // The migrations are run below, one at a time.
      subgraphs.map(({ loaded }) => ({ ...loaded, definition: { ...loaded.definition, migrations: [] } })),
      urls,
      environment,
      () => {},
    );
    return Promise.all(
      subgraphs.map(async ({ loaded, statements }) => ({
        name: loaded.definition.name,
        count: statements.length,
        ...(await checkSubgraph(loaded, statements, urls.get(loaded.definition.name), environment)),
      })),
    );
  });
  for (const { name, count, findings } of results) {
    for (const finding of findings) print(`✗ ${name}: ${finding}`);
    print(`${name}: ${formatCount(count, 'statement')} checked, ${formatCount(findings.length, 'finding')}`);
  }
  print(`in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  if (results.some(({ findings }) => findings.length > 0)) process.exitCode = 1;
});

/** What the statements and the migrations of one subgraph are found to be wrong in. */
async function checkSubgraph(
  { definition }: LoadedSubgraph,
  statements: readonly LocatedStatement[],
  urls: DatabaseUrls | undefined,
  environment: Environment,
): Promise<{ findings: string[] }> {
  if (urls === undefined) throw new Error(`${definition.name} has no database`);
  const log = openLog(environment, definition.name);
  const catalogs = await migrateInSteps(definition, urls, log);
  const found = await checkStatements(definition.name, urls.runtime, statements);
  const unrestored = await findUnrestored(definition, urls, log, catalogs);
  return {
    findings: [...found.map(({ statement, problem }) => `${statement}: ${problem}`), ...unrestored],
  };
}
