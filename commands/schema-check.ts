// npm run schema:check [-- --against <git ref>] [--allow-unused] [--supergraph <file>] [--operations <folder>]: reports
// every change of the graph since a commit, and the registered operations that it breaks. Exit code 0 when the check passes,
// otherwise 1.
import { checkSchema } from '../checks/schema/check.ts';
import { openComparison, readOptions } from '../checks/schema/comparison.ts';
import { print, runCommand } from '../platform/process/command.ts';
import { UsageError } from '../platform/process/lifecycle.ts';

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
    for (const line of lines) print(line);
    if (!passes) process.exitCode = 1;
  } finally {
    comparison.close();
  }
});
