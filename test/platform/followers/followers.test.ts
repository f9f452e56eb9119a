// Followers over a real feed: one effect for each event, in the order of each subject, whatever instances come and go.
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { z } from 'zod';
import { createBeginning, formatCursor } from '../../../platform/events/feed-cursor.ts';
import { follow, handle } from '../../../platform/followers/follow.ts';
import { createChecker } from '../events/readers.ts';
import { countEvents, readVersions, write } from '../events/writers.ts';
import { type Library, openLibrary, writeEffects } from './library.ts';

let library: Library;
beforeEach(async () => {
  library = await openLibrary(inject('adminUrl'));
});
afterEach(() => library.close());

const eventually = { timeout: 20_000, interval: 20 };
const versionsOf = async (subject: string | undefined) =>
  (await library.readEffects()).filter((effect) => effect.subject === subject).map(({ version }) => version);

test('gives each event one effect, in the order of its subject, while instances come, go and lose their connection', async () => {
  const writing = write(library.shop, { writers: 16, transactions: 60, seed: 4 });
  let isWriting = true;
  const written = writing.finally(() => {
    isWriting = false;
  });
  let instance = await library.startInstance();
  await library.startInstance();
  let changes = 0;
  while (isWriting) {
    const next = await library.startInstance();
    await library.sql(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE application_name = 'tributary library followers' AND datname = current_database() AND random() < 0.5`,
    );
    await instance.close();
    instance = next;
    library.hub.publish();
    changes += 1;
  }
  await written;
  const committed = await readVersions(library.shop);
  const total = countEvents(committed);
  await expect.poll(async () => (await library.readEffects()).length, eventually).toBe(total);
  const checker = createChecker();
  checker.add(await library.readEffects());
  expect(checker.finish(committed)).toEqual({ events: total, outOfOrder: 0, skipped: 0, doubled: 0 });
  expect(total).toBeGreaterThan(500);
  expect(changes).toBeGreaterThan(1);
});

test('parks an event whose effect fails, lets later events of its subject wait, and goes on with all others', async () => {
  const [poisoned, other] = library.shop.subjects;
  await library.failFor(poisoned);
  const instance = await library.startInstance();
  await library.publish(poisoned);
  await library.publish(other);
  await library.publish(poisoned);
  await library.publish(other);
  await expect.poll(() => versionsOf(other), eventually).toEqual([1, 2]);
  await expect
    .poll(async () => (await instance.health()).effects, eventually)
    .toEqual({ state: 'following', parked: 1, waiting: 2 });
  const [row] = await library.sql('SELECT attempts, error FROM library.parked_event WHERE version = 1');
  expect(row).toEqual({ attempts: 3, error: 'Error: the effect fails' });
  expect(await versionsOf(poisoned)).toEqual([]);
});

test('tries a parked event again until its effect succeeds, then the later ones of its subject in order', async () => {
  const [poisoned] = library.shop.subjects;
  await library.failFor(poisoned);
  const instance = await library.startInstance();
  await library.publish(poisoned);
  await library.publish(poisoned);
  await library.publish(poisoned);
  await expect.poll(async () => (await instance.health()).effects?.waiting, eventually).toBe(3);
  await library.failFor(undefined);
  await library.sql('UPDATE library.parked_event SET retry_at = now()');
  await expect.poll(() => versionsOf(poisoned), eventually).toEqual([1, 2, 3]);
  expect((await instance.health()).effects).toEqual({ state: 'following', parked: 0, waiting: 0 });
});

test('begins with all events that are kept, or with those from then on, as the follower declares', async () => {
  const [subject] = library.shop.subjects;
  await library.publish(subject);
  const instance = await library.startInstance({
    follower: follow('shop', 'now', { 'subject.changed': writeEffects }),
  });
  await expect.poll(async () => (await instance.health()).effects?.state, eventually).toBe('following');
  await library.publish(subject);
  await expect.poll(() => versionsOf(subject), eventually).toEqual([2]);
  await instance.close();
  await library.sql('DELETE FROM library.follower; DELETE FROM library.effect');
  await library.startInstance();
  await expect.poll(() => versionsOf(subject), eventually).toEqual([1, 2]);
});

test('stops and says why when its cursor has expired, skips nothing, and goes on once an operator has decided', async () => {
  const [subject] = library.shop.subjects;
  await library.publish(subject);
  await library.sql(`INSERT INTO library.follower (name, cursor) VALUES ('effects', $1)`, [
    formatCursor('shop', createBeginning(0)),
  ]);
  const instance = await library.startInstance();
  await expect
    .poll(async () => (await instance.health()).effects, eventually)
    .toEqual({ state: 'refused', code: 'FEED_CURSOR_EXPIRED', parked: 0, waiting: 0 });
  await library.publish(subject);
  expect(await library.readEffects()).toEqual([]);
  await library.sql(`UPDATE library.follower SET cursor = 'beginning'`);
  await expect.poll(() => versionsOf(subject), eventually).toEqual([1, 2]);
});

test('leaves the followers to one instance, and another one takes over when its connection is lost', async () => {
  const [first, second] = [await library.startInstance(), await library.startInstance()];
  const states = async () =>
    Promise.all([first, second].map(async ({ health }) => (await health()).effects?.state));
  await expect.poll(async () => (await states()).toSorted(), eventually).toEqual(['following', 'standby']);
  const leader = (await states())[0] === 'following' ? first : second;
  await leader.close();
  const [subject] = library.shop.subjects;
  await library.publish(subject);
  await expect.poll(() => versionsOf(subject), eventually).toEqual([1]);
});

test('waits for a publisher that does not answer, and goes on when it does', async () => {
  let isAway = true;
  const [subject] = library.shop.subjects;
  const instance = await library.startInstance({
    readEvents: async (request, signal) => {
      if (isAway) throw new Error('shop did not answer');
      return library.readEvents(request, signal);
    },
  });
  await library.publish(subject);
  await expect.poll(async () => (await instance.health()).effects?.state, eventually).toBe('failing');
  isAway = false;
  await expect.poll(() => versionsOf(subject), eventually).toEqual([1]);
});

/** A follower whose effect is as the test wants. */
const withEffect = (effect: () => Promise<void>) =>
  follow('shop', 'beginning', {
    'subject.changed': handle({
      reads: z.object({}),
      apply: async (ctx, events) => {
        await effect();
        await writeEffects.apply(ctx, events);
      },
    }),
  });

test('counts no attempt for a lock that took too long, so that no event is parked for it', async () => {
  const [subject] = library.shop.subjects;
  let failures = 0;
  await library.publish(subject);
  await library.startInstance({
    follower: withEffect(async () => {
      failures += 1;
      if (failures < 10)
        throw Object.assign(new Error('canceling statement due to lock timeout'), { code: '55P03' });
    }),
  });
  await expect.poll(() => versionsOf(subject), eventually).toEqual([1]);
  expect(failures).toBe(10);
});

test('parks nothing when every effect fails, says that it fails, and goes on when the handler is mended', async () => {
  let isBroken = true;
  for (const subject of library.shop.subjects) await library.publish(subject);
  const instance = await library.startInstance({
    follower: withEffect(async () => {
      if (isBroken) throw new Error('the handler is broken');
    }),
  });
  await expect
    .poll(async () => (await instance.health()).effects, eventually)
    .toEqual({ state: 'failing', parked: 0, waiting: 0 });
  isBroken = false;
  await expect
    .poll(async () => (await library.readEffects()).length, eventually)
    .toBe(library.shop.subjects.length);
});
