// The measurements of events: how late an effect is, how fast a follower works, and what publishing costs.
import { setTimeout as sleep } from 'node:timers/promises';
import type { ReadEvents } from '../../platform/events/read-events.ts';
import { readUsage } from '../measure/cpu.ts';
import { percentile } from '../measure/figures.ts';
import { type Shop, startFollower, subjects } from './shop.ts';

export interface Lag {
  p50: number;
  p99: number;
}

/** Milliseconds from the response to a commit until the commit of the effect, of events that are published one at a time. */
export async function measureLag(shop: Shop, readEvents: ReadEvents, events: number): Promise<Lag> {
  const committed = new Map<string, number>();
  const effected = new Map<string, number>();
  const stop = await startFollower(shop, readEvents, 'now', (page) => {
    for (const { subject, version } of page) effected.set(`${subject} ${version}`, performance.now());
  });
  const publish = async (number: number) => {
    const row = await shop.publish(number);
    const key = `${row?.id} ${row?.version}`;
    committed.set(key, performance.now());
    return key;
  };
  // The follower runs when the first effect is there. What it gets before it begins is not measured.
  while (effected.size === 0) {
    await publish(1);
    await sleep(50);
  }
  committed.clear();
  for (let n = 0; n < events; n += 1) {
    const key = await publish(1 + (n % subjects));
    while (!effected.has(key)) await sleep(1);
    await sleep(5);
  }
  await stop();
  const lags = [...committed].map(([key, time]) => Math.max(0, (effected.get(key) ?? Number.NaN) - time));
  return { p50: percentile(lags, 0.5), p99: percentile(lags, 0.99) };
}

/** Events a second that a follower works off which begins with all of them; with `perSecond` others publish meanwhile. */
export async function measureDrain(
  shop: Shop,
  readEvents: ReadEvents,
  { events, perSecond }: { events: number; perSecond: number },
): Promise<number> {
  await shop.db.query('TRUNCATE shop.event, library.effect');
  await shop.db.query(
    `INSERT INTO shop.event (type, subject, version, data)
     SELECT 'subject.changed', uuidv7(), 1, '{}' FROM generate_series(1, $1::integer)`,
    [events],
  );
  const drained = Promise.withResolvers<void>();
  let first: number | undefined;
  let last = 0;
  let count = 0;
  const stop = await startFollower(shop, readEvents, 'beginning', (page) => {
    // The first page says that the follower works; it is not counted.
    if (first === undefined) first = performance.now();
    else count += page.length;
    last = performance.now();
    if (count >= events) drained.resolve();
    if (perSecond === 0 && count >= events - 500) drained.resolve();
  });
  const publishing = publishAtRate(shop, perSecond, drained.promise);
  await drained.promise;
  await stop();
  await publishing;
  return count / ((last - (first ?? 0)) / 1_000);
}

/** Publishes at a rate until the promise resolves. Returns how many. */
export async function publishAtRate(shop: Shop, perSecond: number, until: Promise<unknown>): Promise<number> {
  let isOver = perSecond === 0;
  void until.then(() => {
    isOver = true;
  });
  const started = performance.now();
  let begun = 0;
  const work = async () => {
    while (!isOver) {
      const due = ((performance.now() - started) / 1_000) * perSecond;
      if (begun >= due) await sleep(2);
      else await shop.publish(1 + (begun++ % subjects));
    }
  };
  await Promise.all([work(), work(), work(), work()]);
  return begun;
}

/** CPU-ms of PostgreSQL and this process for a change with its event, and for the same change without. */
export async function measureCpu(
  shop: Shop,
  changes: number,
): Promise<{ published: number; changed: number }> {
  const spend = async (act: (number: number) => Promise<unknown>) => {
    const before = readCpuMs(shop);
    for (let n = 0; n < changes; n += 1) await act(1 + (n % subjects));
    return (readCpuMs(shop) - before) / changes;
  };
  await spend(shop.publish);
  const [one, other] = [await spend(shop.change), await spend(shop.publish)];
  return {
    changed: (one + (await spend(shop.change))) / 2,
    published: (other + (await spend(shop.publish))) / 2,
  };
}

function readCpuMs({ postmaster }: Shop): number {
  const { user, system } = process.cpuUsage();
  return readUsage([postmaster]).cpuMs + (user + system) / 1_000;
}
