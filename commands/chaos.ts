// npm run chaos [-- --minutes 30 --seed 7 --verbose]: kills and freezes processes and cuts connections while clients
// buy. Exit code 1 when an invariant broke. test/faults/chaos/chaos.ts does the work.
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { print, runCommand } from '../platform/process/command.ts';
import { describeError, UsageError } from '../platform/process/lifecycle.ts';
import { discardUnreadOutput } from '../platform/process/output.ts';
import { OpenResources, waitForEndRequest } from '../platform/process/shutdown.ts';
import { runChaos } from '../test/faults/chaos/chaos.ts';

const usage = 'usage: npm run chaos [-- --minutes 30 --seed 7 --verbose]';

await runCommand(async (args) => {
  const options = readOptions(args);
  const opened = new OpenResources();
  const ending = new AbortController();
  void waitForEndRequest().then(() => ending.abort());
  discardUnreadOutput(() => ending.abort());
  try {
    process.exitCode = await runChaos({ ...options, print, ending: ending.signal, resources: opened });
  } finally {
    for (const { name, cause } of await opened.close())
      process.stderr.write(`${name} did not close: ${describeError(cause)}\n`);
  }
});

function readOptions(args: readonly string[]): { minutes: number; seed: number; isVerbose: boolean } {
  const { minutes, seed, verbose } = parse(args);
  const options = {
    minutes: Number(minutes ?? 30),
    seed: Number(seed ?? randomInt(2 ** 31)),
    isVerbose: verbose === true,
  };
  if (!(options.minutes > 0) || !Number.isInteger(options.seed)) throw new UsageError(usage);
  return options;
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      args: [...args],
      options: { minutes: text, seed: text, verbose: { type: 'boolean' } },
    }).values;
  } catch (cause) {
    throw new UsageError(usage, { cause });
  }
}
