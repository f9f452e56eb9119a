// Runs the feed of feed-run.test.ts with as many events as the caller wants, on its own PostgreSQL: `npm run chaos -- --feed 1000000`.
import type { OpenResources } from '../../../platform/process/shutdown.ts';
import { openShop } from '../../platform/events/writers.ts';
import { openOwnServer } from '../own-databases.ts';
import { type Lag, type ReaderResult, runFeed } from './feed-run.ts';

/** Writers change 1,000 subjects, and the transaction that stays open has one of its own. */
const subjects = 1_001;
const holdMs = 60_000;

export interface FeedCommand {
  events: number;
  seed: number;
  print: (line: string) => void;
  /** When it aborts, the writers end, and what they have published is counted. */
  ending: AbortSignal;
  resources: OpenResources;
}

/** Returns the exit code: 0 when the feed skipped, inverted and repeated no event, else 1. */
export async function readAndCount({ events, seed, print, ending, resources }: FeedCommand): Promise<number> {
  print(`seed ${seed}; again with: npm run chaos -- --feed ${events} --seed ${seed}`);
  const shop = await openShop(await openOwnServer(resources), subjects);
  resources.add('the shop', shop.close);
  const { readers, committed, seconds } = await runFeed({ shop, events, seed, holdMs, ending });
  print(`${committed} events in ${seconds.toFixed(0)} s, ${(committed / seconds).toFixed(0)} a second`);
  for (const reader of readers) print(formatReader(reader));
  const [feed] = readers;
  return feed !== undefined && feed.outOfOrder + feed.skipped + feed.doubled === 0 ? 0 : 1;
}

function formatReader({
  name,
  events,
  outOfOrder,
  skipped,
  doubled,
  lagFree,
  lagHeld,
}: ReaderResult): string {
  return `${name}: ${events} events, ${outOfOrder} out of order, ${skipped} skipped, ${doubled} doubled; from COMMIT to the reader ${formatLag(lagFree)}, beside an open transaction ${formatLag(lagHeld)}`;
}

function formatLag({ events, p50, p99 }: Lag): string {
  return events === 0 ? 'not measured' : `${p50.toFixed(1)} ms (p50), ${p99.toFixed(1)} ms (p99)`;
}
