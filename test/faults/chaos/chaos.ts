// Runs the chaos of chaos.test.ts for as long as the caller wants, on its own PostgreSQL: `npm run chaos`. It prints the seed
// and each round. When a round breaks invariants, it prints each broken one with its purchase, and ends.
import type { OpenResources } from '../../../platform/process/shutdown.ts';
import type { Violation } from '../invariants.ts';
import { openOwnDatabases } from '../own-databases.ts';
import { subgraphs } from '../services.ts';
import { openChaos } from './chaos-run.ts';

const roundMs = 30_000;

export interface ChaosOptions {
  minutes: number;
  seed: number;
  isVerbose: boolean;
  print: (line: string) => void;
  /** When it aborts, the current round finishes, and then the chaos ends. */
  ending: AbortSignal;
  /** Receives everything that the chaos starts; the caller closes it. */
  resources: OpenResources;
}

/** Returns the exit code: 0 when every invariant held in every round, else 1. */
export async function runChaos(options: ChaosOptions): Promise<number> {
  const { minutes, seed, isVerbose, print, ending, resources } = options;
  print(`seed ${seed}, ${minutes} minutes; again with: npm run chaos -- --minutes ${minutes} --seed ${seed}`);
  const { adminUrl, urls } = await openOwnDatabases(subgraphs, resources);
  const chaos = await openChaos({ urls, adminUrl, seed, report: (line) => isVerbose && print(`  ${line}`) });
  resources.add('the shop', chaos.close);

  const end = Date.now() + Math.round(minutes * 60_000);
  for (let round = 1; Date.now() < end && !ending.aborted; round += 1) {
    const ms = Math.min(roundMs, Math.max(1_000, end - Date.now()));
    const { violations, disasters, answers, outcomes } = await chaos.round(ms);
    print(`round ${round}: ${disasters} disasters, ${answers} answers ${JSON.stringify(outcomes)}`);
    if (violations.length > 0) return printViolations(violations, options);
  }
  print('every invariant held');
  return 0;
}

function printViolations(violations: readonly Violation[], { seed, print }: ChaosOptions): number {
  // The run asks both instances, so that most violations appear twice.
  const lines = violations.map(
    ({ invariant, purchaseId, problem }) =>
      `${invariant} is broken: ${purchaseId === null ? '' : `purchase ${purchaseId} `}${problem}`,
  );
  for (const line of new Set(lines)) print(line);
  print(`seed ${seed}`);
  return 1;
}
