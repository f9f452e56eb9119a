// npm run chaos [-- --minutes 30 --seed 7 --verbose]: kills and freezes processes and cuts connections while clients
// buy. Exit code 1 when an invariant broke. test/faults/chaos/chaos.ts does the work.
// npm run chaos -- --restarts 100 [--seed 7 --verbose]: replaces that many instances, as an operator does, while customers use the shop. Exit
// code 1 when a request failed as well. test/faults/restarts/run-restarts.ts does that.
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { print, runCommand } from '../platform/process/command.ts';
import { describeError, UsageError } from '../platform/process/lifecycle.ts';
import { discardUnreadOutput } from '../platform/process/output.ts';
import { OpenResources, waitForEndRequest } from '../platform/process/shutdown.ts';
import { runChaos } from '../test/faults/chaos/chaos.ts';
import { replaceAndCount } from '../test/faults/restarts/run-restarts.ts';

const usage = 'usage: npm run chaos [-- --minutes 30 or --restarts 100, --seed 7 --verbose]';

await runCommand(async (args) => {
  const options = readOptions(args);
  const opened = new OpenResources();
  const ending = new AbortController();
  void waitForEndRequest().then(() => ending.abort());
  discardUnreadOutput(() => ending.abort());
  try {
    const run = { ...options, print, ending: ending.signal, resources: opened };
    const { restarts } = options;
    process.exitCode = await (restarts === undefined ? runChaos(run) : replaceAndCount({ ...run, restarts }));
  } finally {
    for (const { name, cause } of await opened.close())
      process.stderr.write(`${name} did not close: ${describeError(cause)}\n`);
  }
});

interface Options {
  minutes: number;
  /** Undefined for disasters in place of restarts. */
  restarts: number | undefined;
  seed: number;
  isVerbose: boolean;
}

function readOptions(args: readonly string[]): Options {
  const { minutes, restarts, seed, verbose } = parse(args);
  const options = {
    minutes: Number(minutes ?? 30),
    restarts: restarts === undefined ? undefined : Number(restarts),
    seed: Number(seed ?? randomInt(2 ** 31)),
    isVerbose: verbose === true,
  };
  const isWhole = Number.isInteger(options.seed) && Number.isInteger(options.restarts ?? 1);
  const isBoth = minutes !== undefined && restarts !== undefined;
  if (!(options.minutes > 0) || !((options.restarts ?? 1) > 0) || !isWhole || isBoth)
    throw new UsageError(usage);
  return options;
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      args: [...args],
      options: { minutes: text, restarts: text, seed: text, verbose: { type: 'boolean' } },
    }).values;
  } catch (cause) {
    throw new UsageError(usage, { cause });
  }
}
