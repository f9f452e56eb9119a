// npm run sql:check: prepares every declared SQL statement on its subgraph's migrated database, and compares the
// parameters and result columns that PostgreSQL reports with the types in the code (docs/sql.md). It also reverts each migration, and
// compares the catalog. It uses a temporary PostgreSQL.
import { checkStatements } from '../checks/sql/check.ts';
import { locatePlatformStatements } from '../checks/sql/platform-statements.ts';
import { rehearseMigrations } from '../local/rehearsal/rehearse-migrations.ts';
import { formatCount, print, runCommand } from '../platform/process/command.ts';
import { UsageError } from '../platform/process/lifecycle.ts';
import { readSupergraphMap } from '../platform/supergraph-map.ts';
import { loadStatements, loadSubgraph } from '../subgraphs/load.ts';

await runCommand(async (args) => {
  if (args.length > 0) throw new UsageError('usage: npm run sql:check');
  const started = performance.now();
  const { subgraphs } = readSupergraphMap();
  const definitions = await Promise.all(subgraphs.map(loadSubgraph));
  const statements = new Map(
    await Promise.all(
      subgraphs.map(async (entry) => {
        const all = [
          ...(await loadStatements(entry)),
          ...locatePlatformStatements(await loadSubgraph(entry)),
        ];
        return [entry.name, all] as const;
      }),
    ),
  );
  const findings = await rehearseMigrations(definitions, async ({ name }, { runtime }) => {
    const found = await checkStatements(name, runtime, statements.get(name) ?? []);
    return found.map(({ statement, problem }) => `${statement}: ${problem}`);
  });
  for (const [name, found] of findings) {
    const count = statements.get(name)?.length ?? 0;
    for (const finding of found) print(`✗ ${name}: ${finding}`);
    print(`${name}: ${formatCount(count, 'statement')} checked, ${formatCount(found.length, 'finding')}`);
  }
  print(`in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  if ([...findings.values()].some((found) => found.length > 0)) process.exitCode = 1;
});
