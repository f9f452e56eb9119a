// npm run sql:check: prepares every declared SQL statement on its subgraph's migrated database, and compares the
// parameters and result columns that PostgreSQL reports with the types in the code (docs/sql.md). It uses a temporary PostgreSQL.
import { checkStatements } from '../checks/sql/check.ts';
import { locatePlatformStatements } from '../checks/sql/platform-statements.ts';
import { prepareDatabases } from '../local/graph/graph.ts';
import { loadSubgraphFiles } from '../local/graph/loaded-graph.ts';
import { buildEmbeddedUrls } from '../local/postgres/databases.ts';
import { temporaryPassword, withTemporaryCluster } from '../local/postgres/temporary-cluster.ts';
import { formatCount, print, runCommand } from '../platform/process/command.ts';
import { UsageError } from '../platform/process/lifecycle.ts';
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
      subgraphs.map(({ loaded }) => loaded),
      urls,
      environment,
      () => {},
    );
    return Promise.all(
      subgraphs.map(async ({ loaded, statements }) => ({
        name: loaded.definition.name,
        count: statements.length,
        findings: await checkStatements(
          loaded.definition.name,
          urls.get(loaded.definition.name)?.runtime ?? '',
          statements,
        ),
      })),
    );
  });
  for (const { name, count, findings } of results) {
    for (const { statement, problem } of findings) print(`✗ ${name}: ${statement}: ${problem}`);
    print(`${name}: ${formatCount(count, 'statement')} checked, ${formatCount(findings.length, 'finding')}`);
  }
  print(`in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  if (results.some(({ findings }) => findings.length > 0)) process.exitCode = 1;
});
