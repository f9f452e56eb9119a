// npm run can-i-deploy -- <subgraph> [--against <git ref>] [--any-order] [--supergraph <file>] [--operations <folder>]:
// reports every mixture of deployed and new versions, and the operations that it breaks. Exit code 0 when the subgraph can be
// deployed now, otherwise 1.

import { canDeploy } from '../checks/deploy/deploy.ts';
import { openComparison, readOptions } from '../checks/schema/comparison.ts';
import { print, runCommand } from '../platform/process/command.ts';
import { UsageError } from '../platform/process/lifecycle.ts';

const usage =
  'usage: npm run can-i-deploy -- <subgraph> [--against <git ref>] [--any-order] [--supergraph <file>] [--operations <folder>]';

await runCommand(async (args) => {
  const options = readOptions(args, usage, ['any-order']);
  const [subgraph, ...more] = options.names;
  if (subgraph === undefined || more.length > 0) throw new UsageError(usage);
  const comparison = openComparison(options);
  try {
    const { lines, passes } = canDeploy(subgraph, comparison, { anyOrder: options.flags.has('any-order') });
    for (const line of lines) print(line);
    if (!passes) process.exitCode = 1;
  } finally {
    comparison.close();
  }
});
