// Kills followers as followers-run.test.ts does, as often as the caller wants, on its own PostgreSQL: `npm run chaos -- --followers 500`.
import type { OpenResources } from '../../../platform/process/shutdown.ts';
import { openLibrary } from '../../platform/followers/library.ts';
import { openOwnServer } from '../own-databases.ts';
import { runFollowers } from './followers-run.ts';

export interface FollowersCommand {
  kills: number;
  seed: number;
  print: (line: string) => void;
  /** When it aborts, no further instance is killed, and the effects are counted. */
  ending: AbortSignal;
  resources: OpenResources;
}

/** Returns the exit code: 0 when each event had exactly one effect in the order of its subject, else 1. */
export async function killAndCount({
  kills,
  seed,
  print,
  ending,
  resources,
}: FollowersCommand): Promise<number> {
  print(`seed ${seed}; again with: npm run chaos -- --followers ${kills} --seed ${seed}`);
  const library = await openLibrary(await openOwnServer(resources));
  resources.add('the library', library.close);
  const result = await runFollowers({ library, kills, seed, ending });
  const { events, committed, outOfOrder, skipped, doubled, parked } = result;
  print(
    `${result.kills} instances killed, ${result.inTransaction} inside of a transaction; effects by ${result.connections} connections`,
  );
  print(
    `${committed} events, ${events} effects: ${outOfOrder} out of order, ${skipped} missing, ${doubled} twice, ${parked} parked`,
  );
  return events === committed && outOfOrder + skipped + doubled + parked === 0 ? 0 : 1;
}
