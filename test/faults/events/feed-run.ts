// Lets 64 writers publish events, and reads them with the feed and with the two usual readers of an outbox, which fail: counts what each
// reader lost, inverted or got twice, and how long after its commit an event was read. A transaction stays open during half of the time.
import { setTimeout as sleep } from 'node:timers/promises';
import { percentile } from '../../../bench/measure/figures.ts';
import {
  createChecker,
  createFeedReader,
  createSerialReader,
  createTransactionReader,
  type Findings,
  type Reader,
} from '../../platform/events/readers.ts';
import {
  countEvents,
  openTransaction,
  readVersions,
  type Shop,
  type WrittenEvent,
  write,
} from '../../platform/events/writers.ts';

const writers = 64;

/** Pause of a reader that has found nothing, in milliseconds. */
const pauseMs = 2;

export interface FeedRunOptions {
  /** The first subject is for the transaction that stays open, and the writers change the others. */
  shop: Shop;
  /** The writers end when they have published this many. */
  events: number;
  seed: number;
  /** How long the transaction stays open, and how long there is none before it opens again. */
  holdMs: number;
  ending?: AbortSignal;
}

/** Milliseconds from the sending of COMMIT until a reader has the event. */
export interface Lag {
  events: number;
  p50: number;
  p99: number;
}

export interface ReaderResult extends Findings {
  name: string;
  /** Of the events that were committed while no transaction was held open. */
  lagFree: Lag;
  /** Of those that were committed while one was. */
  lagHeld: Lag;
}

export interface FeedRunResult {
  readers: ReaderResult[];
  committed: number;
  seconds: number;
}

export async function runFeed({
  shop,
  events,
  seed,
  holdMs,
  ending,
}: FeedRunOptions): Promise<FeedRunResult> {
  const [held = '', ...subjects] = shop.subjects;
  const times = createCommitTimes();
  let published = 0;
  let isWriting = true;
  const isOver = () => published >= events || ending?.aborted === true;
  const readers: [name: string, reader: Reader][] = [
    ['feed', createFeedReader(shop)],
    ['serial number', createSerialReader(shop)],
    ['transaction id', createTransactionReader(shop)],
  ];
  const reading = readers.map(([, reader]) => readAll(reader, times, () => isWriting));
  const started = performance.now();
  const onCommit = (written: readonly WrittenEvent[]) => {
    published += written.length;
    times.add(written);
  };
  const writing = write(
    { url: shop.url, subjects },
    { writers, transactions: Number.POSITIVE_INFINITY, seed, isOver, onCommit },
  );
  await Promise.all([writing, holdRepeatedly({ shop, subject: held, holdMs, times, isOver })]).finally(() => {
    isWriting = false;
  });
  const seconds = (performance.now() - started) / 1_000;
  const read = await Promise.all(reading);
  const committed = await readVersions(shop);
  return {
    readers: read.map(({ checker, free, inHold }, index) => ({
      name: readers[index]?.[0] ?? '',
      ...checker.finish(committed),
      lagFree: summarize(free),
      lagHeld: summarize(inHold),
    })),
    committed: countEvents(committed),
    seconds,
  };
}

type CommitTimes = ReturnType<typeof createCommitTimes>;

/** When each event was committed, and whether a transaction was held open then. */
function createCommitTimes() {
  const bySubject = new Map<string, number[]>();
  const holds: { from: number; to: number }[] = [];
  return {
    holds,
    add: (written: readonly WrittenEvent[]) => {
      for (const { subject, version } of written) {
        const times = bySubject.get(subject) ?? [];
        bySubject.set(subject, times);
        times[version] = performance.now();
      }
    },
    find: ({ subject, version }: WrittenEvent) => bySubject.get(subject)?.[version],
    isHeldAt: (time: number) => holds.some(({ from, to }) => from <= time && time < to),
  };
}

/** Opens the transaction and commits it, in turns with a pause of the same length. */
async function holdRepeatedly({
  shop,
  subject,
  holdMs,
  times,
  isOver,
}: Pick<FeedRunOptions, 'shop' | 'holdMs'> & { subject: string; times: CommitTimes; isOver: () => boolean }) {
  const waitOut = async () => {
    for (const end = performance.now() + holdMs; performance.now() < end && !isOver(); ) await sleep(20);
  };
  while (!isOver()) {
    await waitOut();
    const open = await openTransaction(shop, subject);
    const hold = { from: performance.now(), to: Number.POSITIVE_INFINITY };
    times.holds.push(hold);
    await waitOut();
    hold.to = performance.now();
    await open.commit();
  }
}

/** Reads while the writers write, and afterwards until nothing comes any more. */
async function readAll(reader: Reader, times: CommitTimes, isWriting: () => boolean) {
  const checker = createChecker();
  const free: number[] = [];
  const inHold: number[] = [];
  for (;;) {
    const isLast = !isWriting();
    const events = await reader.read();
    const now = performance.now();
    checker.add(events);
    for (const event of events) {
      const time = times.find(event);
      if (time !== undefined) (times.isHeldAt(time) ? inHold : free).push(now - time);
    }
    if (events.length > 0) continue;
    if (isLast) return { checker, free, inHold };
    await sleep(pauseMs);
  }
}

function summarize(lags: readonly number[]): Lag {
  return { events: lags.length, p50: percentile(lags, 0.5), p99: percentile(lags, 0.99) };
}
