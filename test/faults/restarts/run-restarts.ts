// Runs the restarts of restarts.test.ts as often as the caller wants, on its own PostgreSQL: `npm run chaos -- --restarts 100`.
import type { OpenResources } from '../../../platform/process/shutdown.ts';
import { readSupergraphMap } from '../../../platform/supergraph-map.ts';
import { openOwnDatabases } from '../own-databases.ts';
import { runRestarts } from './restarts.ts';

export interface RestartsCommand {
  restarts: number;
  seed: number;
  isVerbose: boolean;
  print: (line: string) => void;
  /** When it aborts, the restarts under way finish, and then the run ends. */
  ending: AbortSignal;
  resources: OpenResources;
}

/** Returns the exit code: 0 when no request failed, every purchase completed once and every invariant held, else 1. */
export async function replaceAndCount(command: RestartsCommand): Promise<number> {
  const { restarts: wanted, seed, isVerbose, print, ending, resources } = command;
  print(`seed ${seed}; again with: npm run chaos -- --restarts ${wanted} --seed ${seed}`);
  const names = readSupergraphMap().subgraphs.map(({ name }) => name);
  const { urls } = await openOwnDatabases(names, resources);
  const report = (name: string) => isVerbose && print(`  replaced ${name}`);
  const result = await runRestarts({ urls, restarts: wanted, seed, resources, report, ending });
  const { restarts, queries, purchases, refunds, events, failures, statuses, violations, takenOver } = result;
  print(
    `${restarts} restarts, ${queries} queries and ${purchases} purchases and ${events} events of the provider answered, ${failures.length} failed; purchases ${JSON.stringify(statuses)}`,
  );
  print(`${refunds} refunds at the provider, of which payments has recorded ${result.recordedRefunds}`);
  print(`a purchase whose instance ended: ${takenOver.first} at its response, ${takenOver.last} at last`);
  for (const line of [...new Set(failures), ...violations]) print(line);
  const isWhole =
    statuses.COMPLETED === purchases + 1 &&
    takenOver.last === 'COMPLETED' &&
    result.recordedRefunds === refunds;
  if (failures.length + violations.length > 0 || !isWhole) return 1;
  print('no request failed, and every invariant held');
  return 0;
}
