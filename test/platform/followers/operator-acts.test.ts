// What an operator does about parked events and refused followers, beside instances that run.
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { createBeginning, formatCursor } from '../../../platform/events/feed-cursor.ts';
import { follow } from '../../../platform/followers/follow.ts';
import {
  describeParked,
  findParked,
  replayEvent,
  restartFollower,
  skipEvent,
} from '../../../platform/followers/operator-acts.ts';
import { newId } from '../../../platform/values/uuid.ts';
import { type Library, openLibrary, writeEffects } from './library.ts';

let library: Library;
beforeEach(async () => {
  library = await openLibrary(inject('adminUrl'));
});
afterEach(() => library.close());

const eventually = { timeout: 20_000, interval: 20 };
const database = () => ({ subgraph: 'library', db: library.shop.db });
const versionsOf = async (subject: string | undefined) =>
  (await library.readEffects()).filter((effect) => effect.subject === subject).map(({ version }) => version);

/** Publishes events of one subject whose effect fails, until the first one waits for an operator. Returns their ids. */
async function park(count: number): Promise<string[]> {
  const [poisoned] = library.shop.subjects;
  await library.failFor(poisoned);
  for (let n = 0; n < count; n += 1) await library.publish(poisoned);
  const instance = await library.startInstance();
  await expect
    .poll(async () => (await instance.health()).effects, eventually)
    .toEqual({ state: 'following', parked: 1, waiting: count });
  const rows = await library.sql('SELECT id FROM library.parked_event ORDER BY version');
  return rows.map(({ id }) => String(id));
}

test('lists the first parked event of each subject with its error, and how many wait for it', async () => {
  const [first] = await park(3);
  const [poisoned] = library.shop.subjects;
  expect(await describeParked(database())).toEqual([
    `library/effects: subject.changed ${first}, version 1 of ${poisoned}`,
    expect.stringMatching(
      /^ {2}parked since \d{4}-\S+Z, 3 attempts, waits for an operator; 2 later of its subject wait for it$/,
    ),
    '  Error: the effect fails',
  ]);
});

test('has a parked event tried at once with fresh attempts, and later ones of its subject after it', async () => {
  const [first = ''] = await park(3);
  const [poisoned] = library.shop.subjects;
  await library.failFor(undefined);
  expect(await replayEvent(database(), first)).toEqual(['effects']);
  await expect.poll(() => versionsOf(poisoned), eventually).toEqual([1, 2, 3]);
  expect(await describeParked(database())).toEqual([]);
});

test('parks an event again after as many attempts when its effect still fails', async () => {
  const [first = ''] = await park(1);
  await replayEvent(database(), first);
  const read = () => library.sql('SELECT attempts, retry_at FROM library.parked_event');
  await expect.poll(read, eventually).toEqual([{ attempts: 3, retry_at: null }]);
});

test('drops a parked event, after which the later ones of its subject go on', async () => {
  const [first = ''] = await park(3);
  const [poisoned] = library.shop.subjects;
  await library.sql('DELETE FROM library.poison');
  expect(await skipEvent(database(), first)).toEqual(['effects']);
  await expect.poll(() => versionsOf(poisoned), eventually).toEqual([2, 3]);
});

test('refuses an event that is not parked, that has no id, or that waits for an earlier one, in one sentence', async () => {
  const [first = '', second = ''] = await park(2);
  const unknown = newId();
  await expect(skipEvent(database(), unknown)).rejects.toThrow(
    `No follower of library has parked the event ${unknown}; npm run events -- parked library lists those that are`,
  );
  await expect(findParked(database(), 'x')).rejects.toThrow(
    '"x" is not the id of an event; npm run events -- parked lists them',
  );
  await expect(replayEvent(database(), second)).rejects.toThrow(
    `The event ${second} waits for ${first}, an earlier one of its subject: replay or skip that one`,
  );
});

test('restarts a follower with all events that are kept; those that are parked stay parked', async () => {
  const [poisoned, other] = library.shop.subjects;
  await library.publish(other);
  await park(2);
  await restartFollower(database(), 'effects', 'beginning');
  await library.publish(other);
  // The effect of the first event comes a second time: the operator has chosen so.
  await expect.poll(() => versionsOf(other), eventually).toEqual([1, 1, 2]);
  expect(await versionsOf(poisoned)).toEqual([]);
  expect(await library.sql('SELECT version, attempts FROM library.parked_event ORDER BY version')).toEqual([
    { version: 1, attempts: 3 },
    { version: 2, attempts: 0 },
  ]);
});

test('restarts a refused follower at the moment of its next read, also when it dies before its first event', async () => {
  const [subject] = library.shop.subjects;
  await library.publish(subject);
  await library.sql(`INSERT INTO library.follower (name, cursor) VALUES ('effects', $1)`, [
    formatCursor('shop', createBeginning(0)),
  ]);
  const follower = follow('shop', 'beginning', { 'subject.changed': writeEffects });
  const instance = await library.startInstance({ follower });
  await expect.poll(async () => (await instance.health()).effects?.state, eventually).toBe('refused');
  await restartFollower(database(), 'effects', 'now');
  await expect.poll(async () => (await instance.health()).effects?.state, eventually).toBe('following');
  await instance.close();
  await library.publish(subject);
  await library.startInstance({ follower });
  await expect.poll(() => versionsOf(subject), eventually).toEqual([2]);
});
