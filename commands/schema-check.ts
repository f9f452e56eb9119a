// npm run schema:check [-- --against <git ref>] [--allow-unused] [--supergraph <file>] [--operations <folder>]: reports
// every change of the graph since a commit, and the registered operations that it breaks; then every change of its events, and the
// followers that it breaks. Exit code 0 when the check passes,
// otherwise 1.
import { buildCatalogue, type Publisher } from '../checks/events/catalogue.ts';
import { findEventChanges, formatEventChanges } from '../checks/events/event-changes.ts';
import { checkSchema } from '../checks/schema/check.ts';
import { type Comparison, openComparison, readOptions } from '../checks/schema/comparison.ts';
import { print, runCommand } from '../platform/process/command.ts';
import { UsageError } from '../platform/process/lifecycle.ts';
import { readSupergraphMap } from '../platform/supergraph-map.ts';
import { loadSubgraph } from '../subgraphs/load.ts';

const usage =
  'usage: npm run schema:check [-- --against <git ref>] [--allow-unused] [--supergraph <file>] [--operations <folder>]';

await runCommand(async (args) => {
  const options = readOptions(args, usage, ['allow-unused']);
  if (options.names.length > 0) throw new UsageError(usage);
  const comparison = openComparison(options);
  try {
    const { lines, passes } = await checkSchema(comparison, {
      allowUnused: options.flags.has('allow-unused'),
    });
    const events = checkEvents(
      comparison,
      options.supergraph === undefined ? await buildOwnCatalogue() : comparison.candidate.publishers,
    );
    for (const line of [...lines, ...events.lines]) print(line);
    if (!passes || !events.passes) process.exitCode = 1;
  } finally {
    comparison.close();
  }
});

/** From the definitions, so that a file which is out of date hides nothing. The code of another graph is not run: its file counts. */
async function buildOwnCatalogue(): Promise<readonly Publisher[]> {
  return buildCatalogue(await Promise.all(readSupergraphMap().subgraphs.map(loadSubgraph)));
}

function checkEvents({ base }: Comparison, candidate: readonly Publisher[]) {
  const changes = findEventChanges(base.publishers, candidate);
  return formatEventChanges(changes, base.publishers.length + candidate.length > 0);
}
