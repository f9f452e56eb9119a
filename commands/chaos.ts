// npm run chaos [-- --minutes 30 --seed 7 --verbose]: kills and freezes processes and cuts connections while clients
// buy. Exit code 1 when an invariant broke. test/faults/chaos/chaos.ts does the work.
// npm run chaos -- --restarts 100 [--seed 7 --verbose]: replaces that many instances, as an operator does, while customers use the shop. Exit
// code 1 when a request failed as well. test/faults/restarts/run-restarts.ts does that.
// npm run chaos -- --feed 1000000 [--seed 7]: reads that many events of 64 writers. Exit code 1 when the feed lost, inverted or repeated one.
// test/faults/events/run-feed.ts does that.
// npm run chaos -- --followers 500 [--seed 7]: kills instances of a follower so often. Exit code 1 when an event had no effect, two, or one
// out of order. test/faults/events/run-followers.ts does that.
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { print, runCommand } from '../platform/process/command.ts';
import { describeError, UsageError } from '../platform/process/lifecycle.ts';
import { discardUnreadOutput } from '../platform/process/output.ts';
import { OpenResources, waitForEndRequest } from '../platform/process/shutdown.ts';
import { type ChaosOptions, runChaos } from '../test/faults/chaos/chaos.ts';
import { readAndCount } from '../test/faults/events/run-feed.ts';
import { killAndCount } from '../test/faults/events/run-followers.ts';
import { replaceAndCount } from '../test/faults/restarts/run-restarts.ts';

const usage =
  'usage: npm run chaos [-- --minutes 30, --restarts 100, --feed 1000000 or --followers 500, and --seed 7 --verbose]';

type Run = Omit<Options, 'mode' | 'count'> & Pick<ChaosOptions, 'print' | 'ending' | 'resources'>;

const runModes = {
  minutes: (run: Run, minutes: number) => runChaos({ ...run, minutes }),
  restarts: (run: Run, restarts: number) => replaceAndCount({ ...run, restarts }),
  feed: (run: Run, events: number) => readAndCount({ ...run, events }),
  followers: (run: Run, kills: number) => killAndCount({ ...run, kills }),
} as const;

type Mode = keyof typeof runModes;

await runCommand(async (args) => {
  const options = readOptions(args);
  const opened = new OpenResources();
  const ending = new AbortController();
  void waitForEndRequest().then(() => ending.abort());
  discardUnreadOutput(() => ending.abort());
  try {
    const run = { ...options, print, ending: ending.signal, resources: opened };
    process.exitCode = await runModes[options.mode](run, options.count);
  } finally {
    for (const { name, cause } of await opened.close())
      process.stderr.write(`${name} did not close: ${describeError(cause)}\n`);
  }
});

interface Options {
  mode: Mode;
  /** Minutes, restarts, events or kills. */
  count: number;
  seed: number;
  isVerbose: boolean;
}

function readOptions(args: readonly string[]): Options {
  const { seed = randomInt(2 ** 31), verbose = false, ...counts } = parse(args);
  const given = Object.entries(counts) as [Mode, string][];
  const [mode, text] = given[0] ?? (['minutes', '30'] as const);
  const options = { mode, count: Number(text), seed: Number(seed), isVerbose: verbose };
  const isWhole = Number.isInteger(options.seed) && (mode === 'minutes' || Number.isInteger(options.count));
  if (!(options.count > 0) || !isWhole || given.length > 1) throw new UsageError(usage);
  return options;
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      args: [...args],
      options: {
        minutes: text,
        restarts: text,
        feed: text,
        followers: text,
        seed: text,
        verbose: { type: 'boolean' },
      },
    }).values;
  } catch (cause) {
    throw new UsageError(usage, { cause });
  }
}
