// npm run chaos -- --minutes 30 --seed 7: the chaos of chaos.test.ts for as long as you like, on a PostgreSQL of its own.
// Prints the seed and each round; ends with 1 and every broken invariant, with its purchase, as soon as a round finds one.
import { randomInt } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startCluster } from '../../local/cluster.ts';
import { Opened } from '../../platform/process/shutdown.ts';
import { buildTemplates, cloneDatabase } from '../support/databases.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { openChaos } from './chaos-run.ts';
import type { Violation } from './invariants.ts';
import { subgraphs } from './services.ts';

const usage = 'npm run chaos -- [--minutes 30] [--seed 7] [--verbose]\n';
const roundSeconds = 30;

const opened = new Opened();
let stopping = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => {
    stopping = true;
  });
try {
  process.exitCode = await main(optionsOf(process.argv.slice(2)));
} catch (cause) {
  process.stderr.write(`${cause instanceof Error ? (cause.stack ?? cause.message) : cause}\n`);
  process.exitCode = 1;
}
for (const { name, cause } of await opened.close()) process.stderr.write(`${name} did not close: ${cause}\n`);

interface Options {
  minutes: number;
  seed: number;
  isVerbose: boolean;
}

function optionsOf(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: { minutes: { type: 'string' }, seed: { type: 'string' }, verbose: { type: 'boolean' } },
  });
  const minutes = Number(values.minutes ?? 30);
  const seed = Number(values.seed ?? randomInt(2 ** 31));
  if (!(minutes > 0) || !Number.isInteger(seed)) throw new Error(usage);
  return { minutes, seed, isVerbose: values.verbose === true };
}

async function main({ minutes, seed, isVerbose }: Options): Promise<number> {
  print(`seed ${seed}, ${minutes} minutes; again with: npm run chaos -- --minutes ${minutes} --seed ${seed}`);
  const folder = temporaryFolder();
  opened.add('folder', async () => rmSync(folder, { recursive: true, force: true }));
  const cluster = await startCluster({ folder: join(folder, 'postgres'), password: 'test', durable: false });
  opened.add('PostgreSQL', cluster.stop);
  const { adminUrl } = cluster;
  await buildTemplates(adminUrl);
  const urls = new Map();
  for (const name of subgraphs) urls.set(name, (await cloneDatabase({ adminUrl, name })).urls);
  const chaos = await openChaos({ urls, adminUrl, seed, say: (line) => isVerbose && print(`  ${line}`) });
  opened.add('the shop', chaos.close);

  const end = Date.now() + minutes * 60_000;
  for (let round = 1; Date.now() < end && !stopping; round += 1) {
    const seconds = Math.min(roundSeconds, Math.max(1, (end - Date.now()) / 1000));
    const { violations, disasters, answers, outcomes } = await chaos.round(seconds);
    print(`round ${round}: ${disasters} disasters, ${answers} answers ${JSON.stringify(outcomes)}`);
    if (violations.length > 0) return report(violations, seed);
  }
  print('every invariant held');
  return 0;
}

function report(violations: readonly Violation[], seed: number): number {
  // Both instances are asked, and mostly agree.
  const lines = violations.map(
    ({ invariant, purchaseId, problem }) =>
      `${invariant} is broken: ${purchaseId === null ? '' : `purchase ${purchaseId} `}${problem}`,
  );
  for (const line of new Set(lines)) print(line);
  print(`seed ${seed}`);
  return 1;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
