// npm run chaos [-- --minutes 30 --seed 7 --verbose]: kills and freezes processes and cuts connections while clients
// buy. Exit code 1 when an invariant broke. test/faults/chaos/chaos.ts does the work.
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { print } from '../platform/process/command.ts';
import { OpenResources } from '../platform/process/shutdown.ts';
import { runChaos } from '../test/faults/chaos/chaos.ts';

const usage = 'npm run chaos -- [--minutes 30] [--seed 7] [--verbose]\n';

const opened = new OpenResources();
const ending = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => ending.abort());
try {
  const options = readOptions(process.argv.slice(2));
  process.exitCode = await runChaos({ ...options, print, ending: ending.signal, resources: opened });
} catch (cause) {
  process.stderr.write(`${cause instanceof Error ? (cause.stack ?? cause.message) : cause}\n`);
  process.exitCode = 1;
}
for (const { name, cause } of await opened.close()) process.stderr.write(`${name} did not close: ${cause}\n`);

function readOptions(args: string[]): { minutes: number; seed: number; isVerbose: boolean } {
  const { values } = parseArgs({
    args,
    options: { minutes: { type: 'string' }, seed: { type: 'string' }, verbose: { type: 'boolean' } },
  });
  const minutes = Number(values.minutes ?? 30);
  const seed = Number(values.seed ?? randomInt(2 ** 31));
  if (!(minutes > 0) || !Number.isInteger(seed)) throw new Error(usage);
  return { minutes, seed, isVerbose: values.verbose === true };
}
